/** Which of the nodes that could take a pod is best. */

import { preferenceWeight } from "../../api/nodes/node-affinity.ts";
import { tolerates } from "../../api/nodes/toleration.ts";
import type { Node } from "../../api/objects/cluster.ts";
import type { Pod } from "../../api/objects/pod.ts";
import { groupOf, type Occupancy } from "./occupancy.ts";

const zoneLabel = "topology.kubernetes.io/zone";

/** The first of `feasible` in order of preference; undefined when there is none. */
export function bestNode(
  pod: Pod,
  feasible: readonly Node[],
  occupancy: Occupancy,
): Node | undefined {
  if (feasible.length <= 1) return feasible[0];
  const group = groupOf(pod);
  const zones = countByZone(feasible, group, occupancy);
  const ranked = feasible.map((node) => ({ node, rank: rankOf(node) }));
  return ranked.reduce((best, each) => (isBetter(each.rank, best.rank) ? each : best)).node;

  /** Lower is better, earlier entries weigh more. */
  function rankOf(node: Node): readonly number[] {
    const { pods, countByGroup } = occupancy.on(node.metadata.name);
    return [
      dislikedTaints(pod, node),
      -preferenceWeight(node, pod.spec),
      countByGroup.get(group) ?? 0,
      zones.get(zoneOf(node)) ?? 0,
      pods.size,
    ];
  }
}

function isBetter(a: readonly number[], b: readonly number[]): boolean {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value < other;
  }
  // Nodes come in the order of their names: the first stays.
  return false;
}

function dislikedTaints(
  { spec: { tolerations = [] } }: Pod,
  { spec: { taints = [] } }: Node,
): number {
  return taints.filter(
    (taint) =>
      taint.effect === "PreferNoSchedule" &&
      !tolerations.some((toleration) => tolerates(toleration, taint)),
  ).length;
}

function countByZone(
  nodes: readonly Node[],
  group: string,
  occupancy: Occupancy,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const zone = zoneOf(node);
    const here = occupancy.on(node.metadata.name).countByGroup.get(group) ?? 0;
    counts.set(zone, (counts.get(zone) ?? 0) + here);
  }
  return counts;
}

function zoneOf({ metadata }: Node): string {
  return metadata.labels?.[zoneLabel] ?? "";
}
