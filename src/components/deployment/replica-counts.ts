/** The arithmetic of a rollout. After Kubernetes' pkg/controller/deployment/util. */
import { resolveIntOrPercent } from "../../api/int-or-percent.ts";
import type { Deployment, ReplicaSet } from "../../api/objects/workload.ts";

/** A ReplicaSet and the number of pods it shall have. */
export interface Resize {
  readonly replicaSet: ReplicaSet;
  readonly replicas: number;
}

export function replicasOf({ spec }: Deployment | ReplicaSet): number {
  return spec.replicas ?? 1;
}

export function isRollingUpdate({ spec }: Deployment): boolean {
  return (spec.strategy?.type ?? "RollingUpdate") === "RollingUpdate";
}

/** How many pods there may be above `replicas`. */
export function maxSurgeOf(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? fencepostsOf(deployment).surge : 0;
}

/** How many of `replicas` pods may be missing. */
export function maxUnavailableOf(deployment: Deployment): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment) || replicas === 0) return 0;
  return Math.min(fencepostsOf(deployment).unavailable, replicas);
}

/** Neither may both be zero: such a rollout could make no step. */
function fencepostsOf(deployment: Deployment): {
  readonly surge: number;
  readonly unavailable: number;
} {
  const { maxSurge = "25%", maxUnavailable = "25%" } =
    deployment.spec.strategy?.rollingUpdate ?? {};
  const replicas = replicasOf(deployment);
  const surge = resolveIntOrPercent(maxSurge, replicas, "up");
  const unavailable = resolveIntOrPercent(maxUnavailable, replicas, "down");
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** How many pods the ReplicaSets are to have in all. */
export function desiredTotal(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets, replicasOf);
}

/** How many pods they have in all. */
export function actualTotal(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets, ({ status }) => status?.replicas ?? 0);
}

export function readyTotal(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets, ({ status }) => status?.readyReplicas ?? 0);
}

export function availableTotal(replicaSets: readonly ReplicaSet[]): number {
  return sum(replicaSets, ({ status }) => status?.availableReplicas ?? 0);
}

/** Those that have, or are to have, any pods. */
export function activeOnes(replicaSets: readonly ReplicaSet[]): readonly ReplicaSet[] {
  return replicaSets.filter((replicaSet) => replicasOf(replicaSet) > 0);
}

/** Oldest first; of the same second, by name. */
export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const [left = "", right = ""] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

function sum(replicaSets: readonly ReplicaSet[], count: (each: ReplicaSet) => number): number {
  return replicaSets.reduce((total, each) => total + count(each), 0);
}
