import { claimObjects, type Orphans } from "../../api/controller/claim-objects.ts";
import type { RecordEvent } from "../../api/controller/event-recorder.ts";
import type { Reconcile } from "../../api/controller/reconcile.ts";
import {
  revisionsOf,
  syncRevision,
  templateOf,
  truncateHistory,
} from "../../api/controller/revision-history.ts";
import type { ControllerRevision } from "../../api/objects/controller-revision.ts";
import { keyOf } from "../../api/objects/meta.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { StatefulSet } from "../../api/objects/workload.ts";
import { nextAvailableInMs } from "../../api/pods/pod-state.ts";
import { isNamespaceTerminating, requestDeletion } from "../../api/requests/deletion.ts";
import type { Store } from "../../api/store/store.ts";
import { ordinalOf, podOf, revisionLabel } from "./identity.ts";
import { statusOf } from "./status.ts";
import { type Action, nextActions } from "./step.ts";

const hashLabel = "controller.kubernetes.io/hash";

export interface StatefulSetServices {
  readonly store: Store;
  readonly orphans: Orphans<"Pod">;
  readonly record: RecordEvent;
  readonly now: () => number;
}

interface RevisionPair {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

/** Makes the StatefulSet's next step, and reports how far it is. */
export function reconcileStatefulSet(services: StatefulSetServices): Reconcile {
  const { store, now } = services;
  return (key) => {
    const set = store.get("StatefulSet", key);
    if (set === undefined || isNamespaceTerminating(store, key.namespace)) return {};
    const revisions = revisionPair(set, store);
    const nowMs = now();
    const updateRevision = revisions.update.metadata.name;
    if (set.metadata.deletionTimestamp === undefined) {
      const pods = ownPods(set, services);
      for (const action of nextActions(set, { pods, updateRevision, nowMs })) {
        perform(action, set, { revisions, services });
      }
    }
    const pods = ownPods(set, services);
    const currentRevision = revisions.current.metadata.name;
    const status = statusOf(set, { pods, currentRevision, updateRevision, nowMs });
    store.update<"StatefulSet">({ ...set, status });
    const live = new Set(pods.map(({ metadata }) => metadata.labels?.[revisionLabel]));
    live.add(status.currentRevision).add(status.updateRevision);
    truncateHistory(store, set, ({ metadata }) => live.has(metadata.name));
    const requeueAfterMs = nextAvailableInMs(pods, set.spec.minReadySeconds ?? 0, nowMs);
    return requeueAfterMs === undefined ? {} : { requeueAfterMs };
  };
}

/** A set that comes from nowhere comes from where it goes. */
function revisionPair(set: StatefulSet, store: Store): RevisionPair {
  const update = syncRevision(store, set, hashLabel);
  const current = revisionsOf(store, set).find(
    ({ metadata }) => metadata.name === set.status?.currentRevision,
  );
  return { current: current ?? update, update };
}

function ownPods(set: StatefulSet, { store, orphans }: StatefulSetServices): readonly Pod[] {
  const isNumbered = (pod: Pod): boolean => ordinalOf(set, pod) !== undefined;
  const { selector } = set.spec;
  return claimObjects({
    store,
    owner: set,
    kind: "Pod",
    selector,
    orphans,
    mayAdopt: isNumbered,
  }).filter(isNumbered);
}

interface Performance {
  readonly revisions: RevisionPair;
  readonly services: StatefulSetServices;
}

function perform(
  action: Action,
  set: StatefulSet,
  { revisions, services: { store, record } }: Performance,
): void {
  const { name } = set.metadata;
  if (action.type === "delete") {
    requestDeletion(store, "Pod", keyOf(action.pod));
    const message = `delete Pod ${action.pod.metadata.name} in StatefulSet ${name} successful`;
    record(set, { reason: "SuccessfulDelete", message });
    return;
  }
  const revision = revisions[action.from];
  const template = templateOf(revision) ?? set.spec.template;
  const identity = { ordinal: action.ordinal, revision: revision.metadata.name, template };
  const pod = podOf(set, identity);
  // Somebody else's pod of that name has to go first; its end wakes us.
  if (store.get("Pod", keyOf(pod)) !== undefined) return;
  store.create<"Pod">(pod);
  const message = `create Pod ${pod.metadata.name} in StatefulSet ${name} successful`;
  record(set, { reason: "SuccessfulCreate", message });
}
