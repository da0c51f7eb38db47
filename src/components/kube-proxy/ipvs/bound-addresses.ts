/** The addresses on kube-ipvs0, which make packets to them the node's own: only those meet a virtual server. */
import type { IpAddress } from "../../../net/ip-address.ts";
import type { ClusterModel } from "../model/cluster-model.ts";
import type { IpvsSettings } from "./settings.ts";

export const IPVS_DEVICE = "kube-ipvs0";

/** Each once. One that another device has already is not bound a second time. */
export function boundAddresses(
  cluster: ClusterModel,
  { nodeAddresses }: Pick<IpvsSettings, "nodeAddresses">,
): ReadonlySet<IpAddress> {
  const bound = new Set<IpAddress>();
  for (const { ports } of cluster.services.values()) {
    for (const { port } of ports) {
      bound.add(port.clusterIP);
      for (const address of [...port.externalIPs, ...port.loadBalancerVIPs]) {
        if (!nodeAddresses.includes(address)) bound.add(address);
      }
    }
  }
  return bound;
}
