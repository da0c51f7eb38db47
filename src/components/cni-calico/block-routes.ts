/** The routes to nodes' blocks that Felix writes itself; the others come from BIRD. */
import type { NetnsPlan, RoutePlan } from "../../kernel/plan/plan.ts";
import { addressBits, type Cidr } from "../../net/cidr.ts";
import { familyOf } from "../../net/ip-address.ts";
import { type CalicoNetwork, isTunnelled, tunnelOf } from "./calico-network.ts";
import { felixProtocol, type NodeWithTunnel, uplink } from "./plan-node.ts";

/**
 * What every node has to know of `owner`'s destinations: its blocks and the single addresses that it has borrowed.
 * The owner itself gets a blackhole for each block, so that an address nobody has is
 * refused and does not wander off to the default route.
 */
export function planBlockRoutes(
  owner: NodeWithTunnel,
  nodes: readonly NodeWithTunnel[],
  destinations: readonly Cidr[],
  network: CalicoNetwork,
): readonly NetnsPlan[] {
  return nodes.map((node) => ({
    netns: node.name,
    routes:
      node.name === owner.name
        ? destinations.filter(isBlock).map(blackhole)
        : destinations.map((to) => routeTo(to, node, owner, network)),
  }));
}

function isBlock({ address, prefixLength }: Cidr): boolean {
  return prefixLength < addressBits(familyOf(address));
}

function blackhole(to: Cidr): RoutePlan {
  return { to, type: "blackhole", protocol: felixProtocol };
}

function routeTo(
  to: Cidr,
  from: NodeWithTunnel,
  owner: NodeWithTunnel,
  { options }: CalicoNetwork,
): RoutePlan {
  const { tunnelAddress } = owner;
  const tunnel = tunnelOf(options);
  return tunnel !== undefined && tunnelAddress !== undefined && isTunnelled(options, from, owner)
    ? { to, via: tunnelAddress, device: tunnel.device, onlink: true }
    : { to, via: owner.address, device: uplink, protocol: felixProtocol };
}
