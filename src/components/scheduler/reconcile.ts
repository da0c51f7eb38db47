import { withCondition } from "../../api/conditions.ts";
import type { RecordEvent } from "../../api/controller/event-recorder.ts";
import type { Reconcile } from "../../api/controller/reconcile.ts";
import { formatKey, type ObjectKey } from "../../api/objects/meta.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { Store } from "../../api/store/store.ts";
import { filterNodes } from "./filter.ts";
import { isWaiting, type Occupancy } from "./occupancy.ts";
import { describeRefusals } from "./refusal.ts";
import { bestNode } from "./score.ts";

export interface SchedulerServices {
  readonly store: Store;
  readonly occupancy: Occupancy;
  readonly record: RecordEvent;
}

/** Binds a waiting pod to the best node, or says on the pod why none will do. */
export function reconcilePod(services: SchedulerServices): Reconcile {
  const { store, occupancy } = services;
  return (key) => {
    const pod = store.get("Pod", key);
    if (pod === undefined || !isWaiting(pod)) return {};
    const { feasible, refusals } = filterNodes(pod, store.list("Node"), occupancy);
    const node = bestNode(pod, feasible, occupancy);
    if (node === undefined) refuse(key, describeRefusals(refusals), services);
    else bind(key, node.metadata.name, services);
    return {};
  };
}

function bind(key: ObjectKey, nodeName: string, { store, record }: SchedulerServices): void {
  const bound = store.patch("Pod", key, (pod) => ({
    ...withScheduled(pod, { status: "True" }, store),
    spec: { ...pod.spec, nodeName },
  }));
  if (bound === undefined) return;
  const message = `Successfully assigned ${formatKey(key)} to ${nodeName}`;
  record(bound, { reason: "Scheduled", message });
}

function refuse(key: ObjectKey, message: string, { store, record }: SchedulerServices): void {
  const facts = { status: "False", reason: "Unschedulable", message } as const;
  const refused = store.patch("Pod", key, (pod) => withScheduled(pod, facts, store));
  if (refused === undefined) return;
  record(refused, { type: "Warning", reason: "FailedScheduling", message });
}

interface ScheduledFacts {
  readonly status: "False" | "True";
  readonly reason?: string;
  readonly message?: string;
}

function withScheduled(pod: Pod, facts: ScheduledFacts, store: Store): Pod {
  const condition = { type: "PodScheduled", ...facts };
  const conditions = withCondition(pod.status?.conditions, condition, store.timestamp());
  return { ...pod, status: { ...pod.status, conditions } };
}
