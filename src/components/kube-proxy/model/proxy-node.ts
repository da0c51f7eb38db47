/** What kube-proxy knows about the node it runs on. */
import type { Node } from "../../../api/objects/cluster.ts";
import type { IpAddress } from "../../../net/ip-address.ts";

export interface ProxyNode {
  readonly name: string;
  /** The node's primary address of the proxier's family. */
  readonly ip: IpAddress;
  /** Label topology.kubernetes.io/zone. */
  readonly zone: string | undefined;
  readonly podCIDRs: readonly string[];
  /** Every address on the node's interfaces, loopback included; both families. */
  readonly addresses: readonly IpAddress[];
}

/** The label that puts a node into a zone. */
const ZONE_LABEL = "topology.kubernetes.io/zone";

/** The part of {@link ProxyNode} that the Node object tells; an absent object tells nothing. */
export function describeNode(node: Node | undefined): Pick<ProxyNode, "zone" | "podCIDRs"> {
  const { podCIDR, podCIDRs } = node?.spec ?? {};
  return {
    zone: node?.metadata.labels?.[ZONE_LABEL],
    podCIDRs: podCIDRs ?? (podCIDR === undefined ? [] : [podCIDR]),
  };
}
