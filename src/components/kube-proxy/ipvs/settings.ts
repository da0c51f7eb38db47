/** What decides how virtual servers, sets and rules are written on one node, apart from Services and endpoints. */
import { familyOf, type IpAddress, type IpFamily } from "../../../net/ip-address.ts";
import type { CategorizingNode } from "../model/categorize-endpoints.ts";
import type { KubeProxyConfig } from "../model/config.ts";
import { type LocalDetector, localDetector } from "../model/local-detector.ts";
import { isIpv4Loopback, nodePortAddresses } from "../model/node-port-addresses.ts";
import type { ProxyNode } from "../model/proxy-node.ts";

export interface IpvsSettings {
  readonly family: IpFamily;
  readonly node: CategorizingNode;
  readonly nodeIP: IpAddress;
  /** `0x00004000`. */
  readonly mark: string;
  readonly masqueradeAll: boolean;
  readonly randomFully: boolean;
  readonly detector: LocalDetector | undefined;
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
    detector: localDetector(config, node, family),
    nodePortIPs: answering.filter((address) => !isLoopback(address)),
    nodeAddresses: own,
    scheduler: config.ipvs.scheduler,
    excludeCIDRs: config.ipvs.excludeCIDRs,
  };
}

function isLoopback(address: IpAddress): boolean {
  return familyOf(address) === "ipv4" ? isIpv4Loopback(address) : address === "::1";
}
