import type { Report } from "../source/problem.ts";
import { problemAt, type Spot } from "../source/source.ts";
import type { PodNetwork, Underlay } from "../topology.ts";

/** Nodes that speak BGP with the router of their subnet need one that speaks it too. */
export function checkTor(
  { plugin }: PodNetwork,
  underlay: Underlay,
  spot: Spot,
  report: Report,
): void {
  const speaks = underlay.routers.some(({ asNumber }) => asNumber !== undefined);
  if (plugin.type !== "calico" || plugin.bgp !== "tor" || speaks) return;
  const hint = "add underlay.routers with an asNumber";
  report(problemAt(spot, "TOPOLOGY_MISSING_FIELD", "bgp tor: no router speaks BGP", { hint }));
}
