/** The rules for a set of manifests, without cluster or kernel: `podwire proxy-rules`. */
import type { AnyObject } from "../../api/objects/kinds.ts";
import type { EndpointSlice, Service } from "../../api/objects/service.ts";
import { familyOf, type IpFamily, ipAddress } from "../../net/ip-address.ts";
import type { KubeProxyConfig, ProxyMode } from "./config/config.ts";
import { buildClusterModel, type ClusterModel } from "./model/cluster/cluster-model.ts";
import { describeNode, type ProxyNode } from "./model/proxy-node.ts";
import { proxyMode } from "./proxy-modes.ts";

export interface RulesForOptions {
  readonly mode: ProxyMode;
  /** What is left out is taken from the Node object of this name, if there is one among the objects. */
  readonly node: Pick<ProxyNode, "name" | "ip"> & Partial<ProxyNode>;
  readonly config: KubeProxyConfig;
  /** @default that of the node's address */
  readonly family?: IpFamily;
}

/**
 * What kube-proxy's first sync writes on `node`, for a clean machine: input for
 * `iptables-restore --noflush`, or for the program that `mode` feeds.
 *
 * @throws KubeProxyConfigError for a mode that is not there.
 */
export function rulesFor(
  objects: readonly AnyObject[],
  { mode, node, config, family = familyOf(node.ip) }: RulesForOptions,
): string {
  const cluster = modelOf(objects, config, family);
  return proxyMode(mode).render({ cluster, config, node: completeNode(objects, node), family });
}

function modelOf(
  objects: readonly AnyObject[],
  { featureGates }: KubeProxyConfig,
  family: IpFamily,
): ClusterModel {
  return buildClusterModel(
    {
      services: objects.filter((object): object is Service => object.kind === "Service"),
      slices: objects.filter((object): object is EndpointSlice => object.kind === "EndpointSlice"),
    },
    { family, loadBalancerIPMode: featureGates.LoadBalancerIPMode },
  );
}

function completeNode(objects: readonly AnyObject[], given: RulesForOptions["node"]): ProxyNode {
  const object = objects.find(
    ({ kind, metadata }) => kind === "Node" && metadata.name === given.name,
  );
  return {
    ...describeNode(object?.kind === "Node" ? object : undefined),
    addresses: [ipAddress("127.0.0.1"), ipAddress("::1"), given.ip],
    ...given,
  };
}
