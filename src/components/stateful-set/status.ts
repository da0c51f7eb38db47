import type { Pod } from "../../api/objects/pod.ts";
import type { StatefulSet } from "../../api/objects/workload.ts";
import { isPodTerminating } from "../../api/pods/pod-state.ts";
import { revisionLabel } from "./identity.ts";
import { isRollingUpdate, isRunningAndAvailable, isRunningAndReady } from "./step.ts";

type StatefulSetStatus = NonNullable<StatefulSet["status"]>;

export interface StatusFacts {
  readonly pods: readonly Pod[];
  /** Names of ControllerRevisions: where the set comes from, and where it goes. */
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly nowMs: number;
}

export function statusOf(set: StatefulSet, facts: StatusFacts): StatefulSetStatus {
  const { pods, currentRevision, updateRevision, nowMs } = facts;
  const { replicas = 1, minReadySeconds = 0 } = set.spec;
  const { generation } = set.metadata;
  const ofRevision = (name: string): number =>
    pods.filter((pod) => !isPodTerminating(pod) && pod.metadata.labels?.[revisionLabel] === name)
      .length;
  const readyReplicas = pods.filter(isRunningAndReady).length;
  const updatedReplicas = ofRevision(updateRevision);
  const availableReplicas = pods.filter((pod) =>
    isRunningAndAvailable(pod, minReadySeconds, nowMs),
  ).length;
  const isUpdated =
    isRollingUpdate(set) &&
    [updatedReplicas, readyReplicas, pods.length].every((count) => count === replicas);
  // When all have arrived, where the set goes is where it comes from.
  const settledRevision = isUpdated ? updateRevision : currentRevision;
  const currentReplicas = ofRevision(settledRevision);
  return {
    ...(generation !== undefined && { observedGeneration: generation }),
    replicas: pods.length,
    ...(readyReplicas > 0 && { readyReplicas }),
    availableReplicas,
    ...(currentReplicas > 0 && { currentReplicas }),
    ...(updatedReplicas > 0 && { updatedReplicas }),
    currentRevision: settledRevision,
    updateRevision,
  };
}
