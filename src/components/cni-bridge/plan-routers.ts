import type { NetnsPlan } from "../../kernel/plan.ts";
import type { BridgeNode } from "./bridge-network.ts";

/** A router of the underlay: its interfaces are eth0, eth1, … in this order. */
export interface BridgeRouter {
  /** Also the name of its netns. */
  readonly name: string;
  readonly interfaces: ReadonlyArray<{ readonly subnet: string }>;
}

/**
 * What routers learn of pods when nodes are in several subnets: a route for each node's share, by that node. So do
 * the route tables of clouds, which a cluster without overlay and without BGP depends on. In one subnet
 * nobody needs it, and pod addresses are unknown outside the nodes.
 */
export function planRouters(
  routers: readonly BridgeRouter[],
  nodes: readonly BridgeNode[],
): readonly NetnsPlan[] {
  if (new Set(nodes.map(({ subnet }) => subnet)).size < 2) return [];
  return routers.map(({ name, interfaces }) => ({
    netns: name,
    routes: interfaces.flatMap(({ subnet }, index) =>
      nodes
        .filter((node) => node.subnet === subnet)
        .map(({ podCIDR, address }) => ({ to: podCIDR, via: address, device: `eth${index}` })),
    ),
  }));
}
