/**
 * Who may give which addresses: the peers share one range among them, after weave's ipam/ring
 * when a network begins with all its peers.
 *
 *     10.32.0.0/12, three peers:  10.32.0.0/13   10.40.0.0/14   10.44.0.0/14
 */
import { type Cidr, subnetAt } from "../../net/cidr.ts";

/** Halves the range and the peers until each has one: a part a peer, in their order. */
export function divideRange(range: Cidr, peers: number): readonly Cidr[] {
  if (peers <= 0) return [];
  if (peers === 1) return [range];
  const [left, right] = halves(range);
  const first = Math.floor(peers / 2);
  return [...divideRange(left, first), ...divideRange(right, peers - first)];
}

function halves(range: Cidr): readonly [Cidr, Cidr] {
  const prefixLength = range.prefixLength + 1;
  return [subnetAt(range, prefixLength, 0), subnetAt(range, prefixLength, 1)];
}
