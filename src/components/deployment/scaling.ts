/** Spreads a change of `replicas` over the ReplicaSets. After Kubernetes' pkg/controller/deployment/sync.go. */
import type { Deployment, ReplicaSet } from "../../api/objects/workload.ts";
import { desiredReplicasOf, maxReplicasOf } from "./annotations.ts";
import {
  activeOnes,
  availableTotal,
  byAge,
  desiredTotal,
  isRollingUpdate,
  maxSurgeOf,
  type Resize,
  replicasOf,
} from "./replica-counts.ts";

export interface ReplicaSets {
  readonly newSet: ReplicaSet | undefined;
  readonly oldSets: readonly ReplicaSet[];
}

/** True when `replicas` changed since the Deployment last sized its ReplicaSets. */
export function isScaling(deployment: Deployment, { newSet, oldSets }: ReplicaSets): boolean {
  return activeOnes(together(newSet, oldSets)).some((replicaSet) => {
    const noted = desiredReplicasOf(replicaSet);
    return noted !== undefined && noted !== replicasOf(deployment);
  });
}

/**
 * The new sizes. A ReplicaSet of unchanged size may be among them: it has the
 * new numbers to note.
 */
export function scale(deployment: Deployment, sets: ReplicaSets): readonly Resize[] {
  const { newSet, oldSets } = sets;
  const replicas = replicasOf(deployment);
  const only = activeOrLatest(sets);
  if (only !== undefined) {
    return replicasOf(only) === replicas ? [] : [{ replicaSet: only, replicas }];
  }
  if (newSet !== undefined && isSaturated(deployment, newSet)) {
    return activeOnes(oldSets).map((replicaSet) => ({ replicaSet, replicas: 0 }));
  }
  return isRollingUpdate(deployment) ? scaleInProportion(deployment, sets) : [];
}

/** The one ReplicaSet that has pods, or without any the newest; undefined when several have. */
function activeOrLatest({ newSet, oldSets }: ReplicaSets): ReplicaSet | undefined {
  const active = activeOnes(together(newSet, oldSets));
  if (active.length > 0) return active.length === 1 ? active[0] : undefined;
  return newSet ?? [...oldSets].sort(byAge).at(-1);
}

/** The new ReplicaSet has all that the Deployment wants, and all of it is available. */
function isSaturated(deployment: Deployment, newSet: ReplicaSet): boolean {
  const replicas = replicasOf(deployment);
  return (
    replicasOf(newSet) === replicas &&
    desiredReplicasOf(newSet) === replicas &&
    availableTotal([newSet]) === replicas
  );
}

function scaleInProportion(
  deployment: Deployment,
  { newSet, oldSets }: ReplicaSets,
): readonly Resize[] {
  const replicas = replicasOf(deployment);
  const active = activeOnes(together(newSet, oldSets));
  const allowed = replicas > 0 ? replicas + maxSurgeOf(deployment) : 0;
  const toAdd = allowed - desiredTotal(active);
  // The largest bears what rounding leaves over; of equal ones the newer when growing, the older when shrinking.
  const bySize = [...active].sort(
    (a, b) => replicasOf(b) - replicasOf(a) || (toAdd > 0 ? byAge(b, a) : byAge(a, b)),
  );
  let added = 0;
  const shares = bySize.map((replicaSet) => {
    const share = shareOf(replicaSet, deployment, { toAdd, added });
    added += share;
    return share;
  });
  return bySize.map((replicaSet, index) => {
    const leftover = index === 0 ? toAdd - added : 0;
    const size = replicasOf(replicaSet) + (shares[index] ?? 0) + leftover;
    return { replicaSet, replicas: Math.max(0, size) };
  });
}

function shareOf(
  replicaSet: ReplicaSet,
  deployment: Deployment,
  { toAdd, added }: { readonly toAdd: number; readonly added: number },
): number {
  if (replicasOf(replicaSet) === 0 || toAdd === 0 || toAdd === added) return 0;
  const fraction = fractionOf(replicaSet, deployment);
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}

/** What the ReplicaSet would gain, or lose below zero, if it kept its part of the whole. */
function fractionOf(replicaSet: ReplicaSet, deployment: Deployment): number {
  const size = replicasOf(replicaSet);
  const replicas = replicasOf(deployment);
  if (replicas === 0) return -size;
  const before = maxReplicasOf(replicaSet) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((size * (replicas + maxSurgeOf(deployment))) / before) - size;
}

function together(
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
): readonly ReplicaSet[] {
  return newSet === undefined ? oldSets : [...oldSets, newSet];
}
