import type { NetnsPlan } from "../../kernel/plan/plan.ts";
import type { IpAddress } from "../../net/ip-address.ts";
import type { BridgeNode } from "./bridge-network.ts";

/** A router of the underlay. */
export interface BridgeRouter {
  /** Also the name of its netns. */
  readonly name: string;
  /** To a subnet: by which device and by way of which other router, unless it is on a wire of its own. */
  readonly wayTo: (
    subnet: string,
  ) => { readonly device: string; readonly via: IpAddress | undefined } | undefined;
}

/**
 * What routers learn of pods when nodes are in several subnets: a route for each node's share, by that node or by the next router on the way to it. So do
 * the route tables of clouds, which a cluster without overlay and without BGP depends on. In one subnet
 * nobody needs it, and pod addresses are unknown outside the nodes.
 */
export function planRouters(
  routers: readonly BridgeRouter[],
  nodes: readonly BridgeNode[],
): readonly NetnsPlan[] {
  if (new Set(nodes.map(({ subnet }) => subnet)).size < 2) return [];
  return routers.map(({ name, wayTo }) => ({
    netns: name,
    routes: nodes.flatMap(({ podCIDR, address, subnet }) => {
      const way = wayTo(subnet);
      return way === undefined
        ? []
        : [{ to: podCIDR, via: way.via ?? address, device: way.device }];
    }),
  }));
}
