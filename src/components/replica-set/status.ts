import { matchesLabels } from "../../api/label-selector.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { ReplicaSet } from "../../api/objects/workload.ts";
import { isPodAvailable, isPodReady } from "../../api/pods/pod-state.ts";

type ReplicaSetStatus = NonNullable<ReplicaSet["status"]>;

/**
 * What the ReplicaSet's pods amount to. Counts of zero are left out, as the API
 * writes them, but for `replicas`.
 *
 * @param pods its active ones.
 */
export function statusOf(
  { spec, metadata, status }: ReplicaSet,
  pods: readonly Pod[],
  nowMs: number,
): ReplicaSetStatus {
  const { minReadySeconds = 0, template } = spec;
  const labels = template.metadata?.labels ?? {};
  const fullyLabeledReplicas = count(pods, (pod) => matchesLabels(labels, pod.metadata.labels));
  const readyReplicas = count(pods, isPodReady);
  const availableReplicas = count(pods, (pod) => isPodAvailable(pod, minReadySeconds, nowMs));
  const {
    fullyLabeledReplicas: _labelled,
    readyReplicas: _ready,
    availableReplicas: _available,
    ...kept
  } = status ?? {};
  return {
    ...kept,
    replicas: pods.length,
    ...(fullyLabeledReplicas > 0 && { fullyLabeledReplicas }),
    ...(readyReplicas > 0 && { readyReplicas }),
    ...(availableReplicas > 0 && { availableReplicas }),
    ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
  };
}

function count(pods: readonly Pod[], holds: (pod: Pod) => boolean): number {
  return pods.filter(holds).length;
}
