/** The next step of a rolling update. After Kubernetes' pkg/controller/deployment/rolling.go. */
import type { Deployment, ReplicaSet } from "../../api/objects/workload.ts";
import {
  availableTotal,
  byAge,
  desiredTotal,
  isRollingUpdate,
  maxSurgeOf,
  maxUnavailableOf,
  type Resize,
  replicasOf,
} from "./replica-counts.ts";

export interface Rollout {
  readonly deployment: Deployment;
  readonly newSet: ReplicaSet;
  /** Every other ReplicaSet of the Deployment, with or without pods. */
  readonly oldSets: readonly ReplicaSet[];
}

/** What to change now; nothing when there is nothing to do but wait, or all is done. */
export function rollingUpdateStep(rollout: Rollout): readonly Resize[] {
  const { newSet } = rollout;
  const replicas = newSetSize(rollout);
  if (replicas !== replicasOf(newSet)) return [{ replicaSet: newSet, replicas }];
  return shrinkOldSets(rollout);
}

/** How large the new ReplicaSet may be at this moment. */
export function newSetSize({ deployment, newSet, oldSets }: Rollout): number {
  const wanted = replicasOf(deployment);
  const current = replicasOf(newSet);
  // More than wanted is taken back at once; Recreate has no limit to keep to.
  if (current >= wanted || !isRollingUpdate(deployment)) return wanted;
  const room = wanted + maxSurgeOf(deployment) - desiredTotal([...oldSets, newSet]);
  return room <= 0 ? current : current + Math.min(room, wanted - current);
}

function shrinkOldSets({ deployment, newSet, oldSets }: Rollout): readonly Resize[] {
  if (desiredTotal(oldSets) === 0) return [];
  const minAvailable = replicasOf(deployment) - maxUnavailableOf(deployment);
  const newUnavailable = replicasOf(newSet) - availableTotal([newSet]);
  // New pods that are not available yet may still fail, so they do not count as replacements.
  const spare = desiredTotal([...oldSets, newSet]) - minAvailable - newUnavailable;
  if (spare <= 0) return [];
  const sizes = new Map(oldSets.map((each) => [each, replicasOf(each)]));
  takeUnavailable(sizes, spare);
  takeAvailable(sizes, availableTotal([...oldSets, newSet]) - minAvailable);
  return [...sizes]
    .filter(([replicaSet, replicas]) => replicas !== replicasOf(replicaSet))
    .map(([replicaSet, replicas]) => ({ replicaSet, replicas }));
}

/** Pods that serve nobody go first: no promise depends on them. Oldest ReplicaSet first. */
function takeUnavailable(sizes: Map<ReplicaSet, number>, most: number): void {
  let left = most;
  for (const [replicaSet, replicas] of oldestFirst(sizes)) {
    const taken = Math.min(left, Math.max(0, replicas - availableTotal([replicaSet])));
    sizes.set(replicaSet, replicas - taken);
    left -= taken;
  }
}

function takeAvailable(sizes: Map<ReplicaSet, number>, most: number): void {
  let left = Math.max(0, most);
  for (const [replicaSet, replicas] of oldestFirst(sizes)) {
    const taken = Math.min(left, replicas);
    sizes.set(replicaSet, replicas - taken);
    left -= taken;
  }
}

function oldestFirst(sizes: ReadonlyMap<ReplicaSet, number>): Array<[ReplicaSet, number]> {
  return [...sizes].sort(([a], [b]) => byAge(a, b));
}
