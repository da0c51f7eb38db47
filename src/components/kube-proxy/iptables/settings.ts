/** What decides how rules are written on one node, apart from Services and endpoints. */
import type { IpFamily } from "../../../net/ip-address.ts";
import type { KubeProxyConfig } from "../config/config.ts";
import { type NodePortAddresses, nodePortAddresses } from "../config/node-port-addresses.ts";
import { type NodeSettings, nodeSettings } from "../config/node-settings.ts";
import { servesLocalhost } from "../config/node-sysctls.ts";
import type { ProxyNode } from "../model/proxy-node.ts";

export interface IptablesSettings extends NodeSettings {
  readonly randomFully: boolean;
  readonly localhostNodePorts: boolean;
  readonly tcpBeLiberal: boolean;
  readonly nfacctCounters: readonly string[];
  readonly nodePorts: NodePortAddresses;
}

export function iptablesSettings(
  config: KubeProxyConfig,
  node: ProxyNode,
  family: IpFamily,
): IptablesSettings {
  return {
    ...nodeSettings(config, node, family),
    randomFully: config.host.randomFully,
    localhostNodePorts: servesLocalhost(config, family),
    tcpBeLiberal: config.conntrack.tcpBeLiberal,
    nfacctCounters: config.host.nfacctCounters,
    nodePorts: nodePortAddresses(config.nodePortAddresses, node, family),
  };
}
