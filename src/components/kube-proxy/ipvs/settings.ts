/** What decides how virtual servers, sets and rules are written on one node, apart from Services and endpoints. */
import { familyOf, type IpAddress, type IpFamily, isLoopback } from "../../../net/ip-address.ts";
import type { KubeProxyConfig } from "../config/config.ts";
import { nodePortAddresses } from "../config/node-port-addresses.ts";
import { type NodeSettings, nodeSettings } from "../config/node-settings.ts";
import type { ProxyNode } from "../model/proxy-node.ts";

export interface IpvsSettings extends NodeSettings {
  readonly randomFully: boolean;
  /** Each of them is a virtual server of every node port. */
  readonly nodePortIPs: readonly IpAddress[];
  /** The node's own, which a Service's address must not be bound beside. */
  readonly nodeAddresses: readonly IpAddress[];
  /** The kernel's name: `rr`. */
  readonly scheduler: string;
  readonly excludeCIDRs: readonly string[];
}

export function ipvsSettings(
  config: KubeProxyConfig,
  node: ProxyNode,
  family: IpFamily,
): IpvsSettings {
  const own = node.addresses.filter((address) => familyOf(address) === family);
  const nodePorts = nodePortAddresses(config.nodePortAddresses, node, family);
  const answering = nodePorts.type === "all" ? own : nodePorts.addresses;
  return {
    ...nodeSettings(config, node, family),
    randomFully: config.host.randomFully,
    nodePortIPs: answering.filter((address) => !isLoopback(address)),
    nodeAddresses: own,
    scheduler: config.ipvs.scheduler,
    excludeCIDRs: config.ipvs.excludeCIDRs,
  };
}
