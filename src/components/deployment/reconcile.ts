import { claimObjects } from "../../api/controller/claim-objects.ts";
import type { Reconcile, ReconcileResult } from "../../api/controller/reconcile.ts";
import { keyOf, type ObjectKey } from "../../api/objects/meta.ts";
import type { Deployment, ReplicaSet } from "../../api/objects/workload.ts";
import { isNamespaceTerminating, requestDeletion } from "../../api/requests/deletion.ts";
import {
  deadlineInMs,
  isComplete,
  pauseFacts,
  progressDeadlineOf,
  setCondition,
  withProgress,
} from "./conditions.ts";
import { findNewReplicaSet } from "./new-replica-set.ts";
import { emptyOldSets, oldPodsRemain } from "./recreate.ts";
import { isRollingUpdate } from "./replica-counts.ts";
import { expiredReplicaSets } from "./revisions.ts";
import { newSetSize, rollingUpdateStep } from "./rolling-update.ts";
import { isScaling, type ReplicaSets, scale } from "./scaling.ts";
import { statusOf } from "./status.ts";
import { createNewSet, syncNewSet } from "./sync-new-set.ts";
import { applySizes, type DeploymentServices } from "./write.ts";

/** A nudge past the deadline, so that it has passed when we look. */
const afterDeadlineMs = 1_000;

/** Makes one step of the Deployment's rollout, or scales it, and reports how far it is. */
export function reconcileDeployment(services: DeploymentServices): Reconcile {
  const { store } = services;
  return (key) => {
    const deployment = store.get("Deployment", key);
    if (deployment === undefined) return {};
    if (isNamespaceTerminating(store, key.namespace)) return {};
    if (deployment.metadata.deletionTimestamp !== undefined) {
      return report(key, services, "counts only");
    }
    notePause(deployment, services);
    if (deployment.spec.paused === true || isScaling(deployment, ownSets(key, services))) {
      scaleOnly(key, services);
      return report(key, services, "counts only");
    }
    if (isRollingUpdate(deployment)) roll(deployment, services);
    else recreate(deployment, services);
    removeExpired(deployment, services);
    return report(key, services, "with progress");
  };
}

/** The Deployment's ReplicaSets as they are now, after adoption and release. */
function ownSets(key: ObjectKey, { store, orphans }: DeploymentServices): ReplicaSets {
  const deployment = store.get("Deployment", key);
  if (deployment === undefined) return { newSet: undefined, oldSets: [] };
  const { selector } = deployment.spec;
  const all = claimObjects({ store, owner: deployment, kind: "ReplicaSet", selector, orphans });
  const newSet = findNewReplicaSet(deployment, all);
  return { newSet, oldSets: all.filter((each) => each !== newSet) };
}

function notePause(deployment: Deployment, { store }: DeploymentServices): void {
  if (progressDeadlineOf(deployment) === undefined) return;
  const facts = pauseFacts(deployment);
  if (facts === undefined) return;
  store.patch("Deployment", keyOf(deployment), (current) => ({
    ...current,
    status: {
      ...current.status,
      conditions: setCondition(current.status?.conditions ?? [], facts, store.timestamp()),
    },
  }));
}

function scaleOnly(key: ObjectKey, services: DeploymentServices): void {
  syncNewSet(key, ownSets(key, services), services);
  const deployment = services.store.get("Deployment", key);
  if (deployment === undefined) return;
  const sets = ownSets(key, services);
  applySizes(deployment, scale(deployment, sets), services);
  if (deployment.spec.paused === true)
    deleteAll(expiredReplicaSets(deployment, sets.oldSets), services);
}

function roll(deployment: Deployment, services: DeploymentServices): void {
  const key = keyOf(deployment);
  const sets = ownSets(key, services);
  if (sets.newSet === undefined) createNewSet(key, sets.oldSets, services);
  else syncNewSet(key, sets, services);
  const { newSet, oldSets } = ownSets(key, services);
  if (newSet === undefined) return;
  applySizes(deployment, rollingUpdateStep({ deployment, newSet, oldSets }), services);
}

function recreate(deployment: Deployment, services: DeploymentServices): void {
  const key = keyOf(deployment);
  const sets = ownSets(key, services);
  syncNewSet(key, sets, services);
  if (applySizes(deployment, emptyOldSets(sets.oldSets), services)) return;
  const oldPods = sets.oldSets.flatMap(({ metadata }) =>
    services.store.listOwnedBy("Pod", metadata.uid ?? ""),
  );
  if (oldPodsRemain(sets.oldSets, oldPods)) return;
  if (sets.newSet === undefined) {
    createNewSet(key, sets.oldSets, services);
    return;
  }
  const replicas = newSetSize({ deployment, newSet: sets.newSet, oldSets: sets.oldSets });
  applySizes(deployment, [{ replicaSet: sets.newSet, replicas }], services);
}

/** Only after a rollout: until then every old ReplicaSet may be wanted again. */
function removeExpired(deployment: Deployment, services: DeploymentServices): void {
  if (!isComplete(deployment, deployment.status ?? {})) return;
  const { oldSets } = ownSets(keyOf(deployment), services);
  deleteAll(expiredReplicaSets(deployment, oldSets), services);
}

function deleteAll(replicaSets: readonly ReplicaSet[], { store }: DeploymentServices): void {
  for (const each of replicaSets) requestDeletion(store, "ReplicaSet", keyOf(each));
}

function report(
  key: ObjectKey,
  services: DeploymentServices,
  what: "counts only" | "with progress",
): ReconcileResult {
  const { store, now } = services;
  const deployment = store.get("Deployment", key);
  if (deployment === undefined) return {};
  const sets = ownSets(key, services);
  const moment = { timestamp: store.timestamp(), nowMs: now() };
  const counts = statusOf(deployment, sets, moment);
  const conditions =
    what === "counts only"
      ? (counts.conditions ?? [])
      : withProgress(deployment, counts, { newSet: sets.newSet, moment });
  const status = { ...counts, conditions };
  store.update<"Deployment">({ ...deployment, status });
  if (what === "counts only") return {};
  const leftMs = deadlineInMs(deployment, status, moment.nowMs);
  return leftMs === undefined ? {} : { requeueAfterMs: Math.max(0, leftMs) + afterDeadlineMs };
}
