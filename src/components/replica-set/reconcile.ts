import { claimObjects, type Orphans } from "../../api/controller/claim-objects.ts";
import type { RecordEvent } from "../../api/controller/event-recorder.ts";
import { podFromTemplate } from "../../api/controller/pod-from-template.ts";
import type { Reconcile } from "../../api/controller/reconcile.ts";
import { keyOf } from "../../api/objects/meta.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { ReplicaSet } from "../../api/objects/workload.ts";
import { controllingOwner } from "../../api/owner.ts";
import { isPodActive, nextAvailableInMs } from "../../api/pods/pod-state.ts";
import { isNamespaceTerminating, requestDeletion } from "../../api/requests/deletion.ts";
import type { Store } from "../../api/store/store.ts";
import { podsToDelete } from "./deletion-order.ts";
import { statusOf } from "./status.ts";

export interface ReplicaSetServices {
  readonly store: Store;
  readonly orphans: Orphans<"Pod">;
  readonly record: RecordEvent;
  readonly now: () => number;
}

/** Makes and deletes pods until there are as many as the ReplicaSet says, and reports what there is. */
export function reconcileReplicaSet(services: ReplicaSetServices): Reconcile {
  const { store, orphans, now } = services;
  return (key) => {
    const replicaSet = store.get("ReplicaSet", key);
    if (replicaSet === undefined) return {};
    const { selector, minReadySeconds = 0 } = replicaSet.spec;
    const claimed = claimObjects({
      store,
      owner: replicaSet,
      kind: "Pod",
      selector,
      orphans,
      mayAdopt: isPodActive,
    });
    const pods = manage(replicaSet, claimed.filter(isPodActive), services);
    const nowMs = now();
    store.update<"ReplicaSet">({ ...replicaSet, status: statusOf(replicaSet, pods, nowMs) });
    const requeueAfterMs = nextAvailableInMs(pods, minReadySeconds, nowMs);
    return requeueAfterMs === undefined ? {} : { requeueAfterMs };
  };
}

/** Returns the active pods as they are afterwards. */
function manage(
  replicaSet: ReplicaSet,
  pods: readonly Pod[],
  services: ReplicaSetServices,
): readonly Pod[] {
  if (replicaSet.metadata.deletionTimestamp !== undefined) return pods;
  const missing = (replicaSet.spec.replicas ?? 1) - pods.length;
  if (missing > 0) return [...pods, ...createPods(replicaSet, missing, services)];
  if (missing < 0) return deletePods(replicaSet, pods, -missing, services);
  return pods;
}

function createPods(
  replicaSet: ReplicaSet,
  count: number,
  { store, record }: ReplicaSetServices,
): readonly Pod[] {
  if (isNamespaceTerminating(store, replicaSet.metadata.namespace ?? "")) return [];
  const pod = podFromTemplate({ template: replicaSet.spec.template, owner: replicaSet });
  return Array.from({ length: count }, () => {
    const created = store.create<"Pod">(pod);
    const message = `Created pod: ${created.metadata.name}`;
    record(replicaSet, { reason: "SuccessfulCreate", message });
    return created;
  });
}

function deletePods(
  replicaSet: ReplicaSet,
  pods: readonly Pod[],
  count: number,
  { store, record, now }: ReplicaSetServices,
): readonly Pod[] {
  const related = relatedPods(replicaSet, store);
  const doomed = new Set(podsToDelete(pods, count, { related, nowMs: now() }));
  for (const pod of doomed) {
    requestDeletion(store, "Pod", keyOf(pod));
    record(replicaSet, {
      reason: "SuccessfulDelete",
      message: `Deleted pod: ${pod.metadata.name}`,
    });
  }
  return pods.filter((pod) => !doomed.has(pod));
}

/** The active pods of all ReplicaSets with the same owner: during a rollout the old and the new. */
function relatedPods(replicaSet: ReplicaSet, store: Store): readonly Pod[] {
  const owner = controllingOwner(replicaSet);
  const siblings = owner === undefined ? [replicaSet] : store.listOwnedBy("ReplicaSet", owner.uid);
  return siblings
    .flatMap(({ metadata }) => store.listOwnedBy("Pod", metadata.uid ?? ""))
    .filter(isPodActive);
}
