/** What decides how rules are written on one node, apart from Services and endpoints. */
import { formatCidr } from "../../../net/cidr.ts";
import { type IpFamily, isLoopback } from "../../../net/ip-address.ts";
import type { KubeProxyConfig } from "../config/config.ts";
import { cidrsOfFamily } from "../config/lenient-address.ts";
import { type NodePortAddresses, nodePortAddresses } from "../config/node-port-addresses.ts";
import { type NodeSettings, nodeSettings } from "../config/node-settings.ts";
import type { ProxyNode } from "../model/proxy-node.ts";

export interface NftablesSettings extends NodeSettings {
  /** Without loopback: in this mode no node port answers there. */
  readonly nodePorts: NodePortAddresses;
  /** Where ClusterIPs come from; empty when nobody knows. */
  readonly serviceCIDRs: readonly string[];
}

export function nftablesSettings(
  config: KubeProxyConfig,
  node: ProxyNode,
  family: IpFamily,
): NftablesSettings {
  return {
    ...nodeSettings(config, node, family),
    nodePorts: withoutLoopback(nodePortAddresses(config.nodePortAddresses, node, family)),
    serviceCIDRs: cidrsOfFamily(config.host.serviceCIDRs, family).map(formatCidr),
  };
}

function withoutLoopback(nodePorts: NodePortAddresses): NodePortAddresses {
  if (nodePorts.type === "all") return nodePorts;
  const addresses = nodePorts.addresses.filter((address) => !isLoopback(address));
  return { type: "listed", addresses };
}
