import type { RawNode } from "../raw/raw-node.ts";
import type { Written } from "../raw/written.ts";
import type { Report } from "../source/problem.ts";
import { problemAt, type Spot } from "../source/source.ts";
import type { TopologyNode } from "../topology.ts";

/** Ordinary pods need a node that takes them. */
export function checkSchedulable(
  nodes: ReadonlyArray<Written<RawNode>>,
  resolved: readonly TopologyNode[],
  spot: Spot,
  report: Report,
): void {
  const complete = resolved.length === nodes.length && nodes.length > 0;
  const refuses = resolved.every(({ taints }) =>
    taints.some(({ effect }) => effect !== "PreferNoSchedule"),
  );
  if (!complete || !refuses) return;
  report(
    problemAt(spot, "TOPOLOGY_SUSPECT", "every node is tainted: ordinary pods stay pending", {
      severity: "warning",
      target: "key",
      hint: "add a worker, or write roles: [control-plane, worker]",
    }),
  );
}
