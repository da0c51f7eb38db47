import { claimObjects, type Orphans } from "../../api/controller/claim-objects.ts";
import type { RecordEvent } from "../../api/controller/event-recorder.ts";
import type { Reconcile } from "../../api/controller/reconcile.ts";
import { syncRevision, truncateHistory } from "../../api/controller/revision-history.ts";
import type { ControllerRevision } from "../../api/objects/controller-revision.ts";
import { keyOf } from "../../api/objects/meta.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { DaemonSet } from "../../api/objects/workload.ts";
import { isPodTerminal, nextAvailableInMs } from "../../api/pods/pod-state.ts";
import { isNamespaceTerminating, requestDeletion } from "../../api/requests/deletion.ts";
import type { Store } from "../../api/store/store.ts";
import { daemonPod, hashLabel, hashOf, targetNodeOf } from "./daemon-pod.ts";
import { isRollingUpdate } from "./limits.ts";
import { type Changes, type Fleet, groupByNode, missingAndSurplus } from "./node-pods.ts";
import { rollingUpdateStep } from "./rolling-update.ts";
import { statusOf } from "./status.ts";

export interface DaemonSetServices {
  readonly store: Store;
  readonly orphans: Orphans<"Pod">;
  readonly record: RecordEvent;
  readonly now: () => number;
}

/** Gives every node that fits its one pod, updates as far as the limits let it, and reports what there is. */
export function reconcileDaemonSet(services: DaemonSetServices): Reconcile {
  const { store, now } = services;
  return (key) => {
    const daemonSet = store.get("DaemonSet", key);
    if (daemonSet === undefined || isNamespaceTerminating(store, key.namespace)) return {};
    const revision = syncRevision(store, daemonSet, hashLabel);
    const look = (): Fleet => fleetOf(daemonSet, revision, services);
    if (daemonSet.metadata.deletionTimestamp === undefined) {
      apply(missingAndSurplus(look()), { daemonSet, revision, services });
      if (isRollingUpdate(daemonSet)) {
        apply(rollingUpdateStep(look()), { daemonSet, revision, services });
      }
    }
    const fleet = look();
    const pods = [...fleet.podsByNode.values()].flat();
    store.update<"DaemonSet">({ ...daemonSet, status: statusOf(fleet) });
    const live = new Set(pods.map(({ metadata }) => metadata.labels?.[hashLabel])).add(
      hashOf(revision),
    );
    truncateHistory(store, daemonSet, (each) => live.has(hashOf(each)));
    const requeueAfterMs = nextAvailableInMs(pods, daemonSet.spec.minReadySeconds ?? 0, now());
    return requeueAfterMs === undefined ? {} : { requeueAfterMs };
  };
}

function fleetOf(
  daemonSet: DaemonSet,
  revision: ControllerRevision,
  { store, orphans, now }: DaemonSetServices,
): Fleet {
  const { selector } = daemonSet.spec;
  const pods = claimObjects({ store, owner: daemonSet, kind: "Pod", selector, orphans });
  const nodes = store.list("Node");
  return { daemonSet, nodes, podsByNode: groupByNode(pods), revision, nowMs: now() };
}

interface Application {
  readonly daemonSet: DaemonSet;
  readonly revision: ControllerRevision;
  readonly services: DaemonSetServices;
}

function apply(changes: Changes, { daemonSet, revision, services }: Application): void {
  const { store, record } = services;
  for (const node of changes.create) {
    const { metadata } = store.create<"Pod">(daemonPod(daemonSet, node, revision));
    record(daemonSet, { reason: "SuccessfulCreate", message: `Created pod: ${metadata.name}` });
  }
  for (const pod of changes.delete) {
    if (isPodTerminal(pod)) recordEnd(pod, daemonSet, record);
    requestDeletion(store, "Pod", keyOf(pod));
    const message = `Deleted pod: ${pod.metadata.name}`;
    record(daemonSet, { reason: "SuccessfulDelete", message });
  }
}

function recordEnd(pod: Pod, daemonSet: DaemonSet, record: RecordEvent): void {
  const where = `daemon pod ${pod.metadata.namespace}/${pod.metadata.name} on node ${targetNodeOf(pod)}`;
  if (pod.status?.phase === "Failed") {
    const message = `Found failed ${where}, will try to kill it`;
    record(daemonSet, { type: "Warning", reason: "FailedDaemonPod", message });
  } else {
    const message = `Found succeeded ${where}, will try to delete it`;
    record(daemonSet, { reason: "SucceededDaemonPod", message });
  }
}
