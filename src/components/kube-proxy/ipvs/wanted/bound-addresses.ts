/** The addresses on kube-ipvs0, which make packets to them the node's own: only those meet a virtual server. */
import type { IpAddress } from "../../../../net/ip-address.ts";
import type { ServicePortModel } from "../../model/cluster/cluster-model.ts";
import type { IpvsSettings } from "../settings.ts";

export const IPVS_DEVICE = "kube-ipvs0";

/** Those of one service port. One that another device has already is not bound a second time. */
export function boundAddresses(
  { port }: Pick<ServicePortModel, "port">,
  { nodeAddresses }: Pick<IpvsSettings, "nodeAddresses">,
): readonly IpAddress[] {
  const external = [...port.externalIPs, ...port.loadBalancerVIPs];
  return [port.clusterIP, ...external.filter((address) => !nodeAddresses.includes(address))];
}
