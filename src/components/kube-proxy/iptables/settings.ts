/** What decides how rules are written on one node, apart from Services and endpoints. */
import type { IpAddress, IpFamily } from "../../../net/ip-address.ts";
import type { CategorizingNode } from "../model/categorize-endpoints.ts";
import type { KubeProxyConfig } from "../model/config.ts";
import { type LocalDetector, localDetector } from "../model/local-detector.ts";
import { type NodePortAddresses, nodePortAddresses } from "../model/node-port-addresses.ts";
import { servesLocalhost } from "../model/node-sysctls.ts";
import type { ProxyNode } from "../model/proxy-node.ts";

export interface IptablesSettings {
  readonly family: IpFamily;
  readonly node: CategorizingNode;
  readonly nodeIP: IpAddress;
  /** `0x00004000`. */
  readonly mark: string;
  readonly masqueradeAll: boolean;
  readonly randomFully: boolean;
  readonly localhostNodePorts: boolean;
  readonly tcpBeLiberal: boolean;
  readonly nfacctCounters: readonly string[];
  readonly detector: LocalDetector | undefined;
  readonly nodePorts: NodePortAddresses;
}

export function iptablesSettings(
  config: KubeProxyConfig,
  node: ProxyNode,
  family: IpFamily,
): IptablesSettings {
  return {
    family,
    node: {
      name: node.name,
      zone: node.zone,
      preferSameNode: config.featureGates.PreferSameTrafficDistribution,
    },
    nodeIP: node.ip,
    mark: config.host.masqueradeMark,
    masqueradeAll: config.masqueradeAll,
    randomFully: config.host.randomFully,
    localhostNodePorts: servesLocalhost(config, family),
    tcpBeLiberal: config.conntrack.tcpBeLiberal,
    nfacctCounters: config.host.nfacctCounters,
    detector: localDetector(config, node, family),
    nodePorts: nodePortAddresses(config.nodePortAddresses, node, family),
  };
}
