/** All old pods go before the first new one comes. After Kubernetes' pkg/controller/deployment/recreate.go. */

import type { Pod } from "../../api/objects/pod.ts";
import type { ReplicaSet } from "../../api/objects/workload.ts";
import { isPodTerminal } from "../../api/pods/pod-state.ts";
import { activeOnes, actualTotal, type Resize } from "./replica-counts.ts";

export function emptyOldSets(oldSets: readonly ReplicaSet[]): readonly Resize[] {
  return activeOnes(oldSets).map((replicaSet) => ({ replicaSet, replicas: 0 }));
}

/**
 * True while any pod of an old template has not ended. Those that are being
 * shut down are counted by no ReplicaSet any more, so the pods are asked too.
 *
 * @param oldPods the pods of `oldSets`.
 */
export function oldPodsRemain(oldSets: readonly ReplicaSet[], oldPods: readonly Pod[]): boolean {
  return actualTotal(oldSets) > 0 || oldPods.some((pod) => !isPodTerminal(pod));
}
