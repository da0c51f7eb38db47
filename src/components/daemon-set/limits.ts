import { resolveIntOrPercent } from "../../api/int-or-percent.ts";
import type { DaemonSet } from "../../api/objects/workload.ts";

export function isRollingUpdate({ spec }: DaemonSet): boolean {
  return (spec.updateStrategy?.type ?? "RollingUpdate") === "RollingUpdate";
}

/**
 * How many nodes may have two pods during an update.
 *
 * @param nodes how many nodes are to have a pod; a percentage of 0 is 0.
 */
export function maxSurgeOf({ spec }: DaemonSet, nodes: number = 100): number {
  return resolveIntOrPercent(spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, nodes, "up");
}

/** How many nodes may be without an available pod during an update. */
export function maxUnavailableOf(daemonSet: DaemonSet, nodes: number): number {
  const { maxUnavailable = 1 } = daemonSet.spec.updateStrategy?.rollingUpdate ?? {};
  const unavailable = resolveIntOrPercent(maxUnavailable, nodes, "up");
  // Both zero could make no step.
  return unavailable === 0 && maxSurgeOf(daemonSet, nodes) === 0 ? 1 : unavailable;
}
