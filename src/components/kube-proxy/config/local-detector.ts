/**
 * How a rule asks "does this packet come from a pod of ours?" (KubeProxyConfiguration's
 * detectLocalMode). Where the question cannot be asked, the rules that need it are not written.
 */
import { formatCidr } from "../../../net/cidr.ts";
import type { IpFamily } from "../../../net/ip-address.ts";
import type { ProxyNode } from "../model/proxy-node.ts";
import type { KubeProxyConfig } from "./config.ts";
import { cidrsOfFamily } from "./lenient-address.ts";

export type LocalDetector =
  /** Canonical text of the pods' CIDR. */
  | { readonly type: "cidr"; readonly cidr: string }
  /** The name of the bridge that pods are ports of. */
  | { readonly type: "bridge"; readonly interface: string }
  /** What the names of the pods' devices begin with. */
  | { readonly type: "prefix"; readonly prefix: string };

/** Undefined when nothing is configured for this family. */
export function localDetector(
  { detectLocalMode, detectLocal, clusterCIDR }: KubeProxyConfig,
  { podCIDRs }: Pick<ProxyNode, "podCIDRs">,
  family: IpFamily,
): LocalDetector | undefined {
  switch (detectLocalMode) {
    case "ClusterCIDR":
      return firstCidr(clusterCIDR, family);
    case "NodeCIDR":
      return firstCidr(podCIDRs, family);
    case "BridgeInterface":
      return detectLocal.bridgeInterface === undefined
        ? undefined
        : { type: "bridge", interface: detectLocal.bridgeInterface };
    case "InterfaceNamePrefix":
      return detectLocal.interfaceNamePrefix === undefined
        ? undefined
        : { type: "prefix", prefix: detectLocal.interfaceNamePrefix };
  }
}

/** A proxier uses one CIDR: the first of its family. */
function firstCidr(texts: readonly string[], family: IpFamily): LocalDetector | undefined {
  const [block] = cidrsOfFamily(texts, family);
  return block === undefined ? undefined : { type: "cidr", cidr: formatCidr(block) };
}
