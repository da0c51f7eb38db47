/** What decides on one node how every mode writes, apart from Services and endpoints. */
import type { IpAddress, IpFamily } from "../../../net/ip-address.ts";
import type { CategorizingNode } from "../model/decisions/categorize-endpoints.ts";
import type { ProxyNode } from "../model/proxy-node.ts";
import type { KubeProxyConfig } from "./config.ts";
import { type LocalDetector, localDetector } from "./local-detector.ts";

export interface NodeSettings {
  readonly family: IpFamily;
  readonly node: CategorizingNode;
  readonly nodeIP: IpAddress;
  /** `0x00004000`. */
  readonly mark: string;
  readonly masqueradeAll: boolean;
  readonly detector: LocalDetector | undefined;
}

export function nodeSettings(
  config: KubeProxyConfig,
  node: ProxyNode,
  family: IpFamily,
): NodeSettings {
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
    detector: localDetector(config, node, family),
  };
}
