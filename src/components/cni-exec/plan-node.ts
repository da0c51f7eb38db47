import type { NetnsPlan } from "../../kernel/plan/plan.ts";
import type { Cidr } from "../../net/cidr.ts";
import type { IpAddress } from "../../net/ip-address.ts";

export interface ExecNode {
  /** Also the name of its netns. */
  readonly name: string;
  /** One of each of the cluster's families, in their order. */
  readonly addresses: readonly IpAddress[];
  /** Its shares, in the same order. */
  readonly podCIDRs: readonly Cidr[];
}

/**
 * Of devices that plugins make, so once the node's own are there: they give themselves a link-local address, in whose
 * name a node looks for pods.
 */
const pluginsDevices: Readonly<Record<string, string>> = {
  "net/ipv6/conf/default/addr_gen_mode": "0",
};

/** What a node needs that no plugin makes. Where pods' addresses come out of the nodes' shares, it knows the way to the others'. */
export function planNode(
  node: ExecNode,
  nodes: readonly ExecNode[],
  { hasShares }: { readonly hasShares: boolean },
): NetnsPlan {
  const isDual = node.addresses.length > 1;
  const others = hasShares ? nodes.filter(({ name }) => name !== node.name) : [];
  return {
    netns: node.name,
    sysctls: {
      "net/bridge/bridge-nf-call-iptables": "1",
      ...(isDual && { "net/bridge/bridge-nf-call-ip6tables": "1" }),
    },
    ...(isDual && { deviceSysctls: pluginsDevices }),
    routes: others.flatMap(({ podCIDRs, addresses }) =>
      podCIDRs.map((to, index) => {
        const via = addresses[index];
        return { to, ...(via !== undefined && { via }), device: "eth0" };
      }),
    ),
  };
}
