import type { Deployment, ReplicaSet } from "../../api/objects/workload.ts";
import { revisionOf } from "./annotations.ts";
import { replicasOf } from "./replica-counts.ts";

const defaultHistoryLimit = 10;

/** The number for the present template: one more than every other has. */
export function nextRevision(oldSets: readonly ReplicaSet[]): number {
  return Math.max(0, ...oldSets.map(revisionOf)) + 1;
}

/** The oldest of the old ReplicaSets beyond `revisionHistoryLimit`, without those that still have pods. */
export function expiredReplicaSets(
  { spec }: Deployment,
  oldSets: readonly ReplicaSet[],
): readonly ReplicaSet[] {
  const { revisionHistoryLimit = defaultHistoryLimit } = spec;
  const kept = oldSets.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const excess = Math.max(0, kept.length - revisionHistoryLimit);
  return kept
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, excess)
    .filter(isUnused);
}

function isUnused(replicaSet: ReplicaSet): boolean {
  const { status, metadata } = replicaSet;
  const isObserved = (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
  return isObserved && replicasOf(replicaSet) === 0 && (status?.replicas ?? 0) === 0;
}
