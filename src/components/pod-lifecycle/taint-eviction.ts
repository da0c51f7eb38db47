/** NoExecute taints end what is already on the node. After Kubernetes' pkg/controller/tainteviction. */

import type { RecordEvent } from "../../api/controller/event-recorder.ts";
import type { Reconcile } from "../../api/controller/reconcile.ts";
import { tolerates } from "../../api/nodes/toleration.ts";
import type { Taint } from "../../api/objects/cluster.ts";
import { formatKey } from "../../api/objects/meta.ts";
import type { Pod, Toleration } from "../../api/objects/pod.ts";
import { isPodTerminating } from "../../api/pods/pod-state.ts";
import { requestDeletion } from "../../api/requests/deletion.ts";
import type { Store } from "../../api/store/store.ts";

export interface EvictionServices {
  readonly store: Store;
  readonly record: RecordEvent;
  readonly now: () => number;
}

/**
 * How long a pod may stay: undefined for ever. Every taint has to be
 * tolerated, and the shortest time that a matching toleration gives counts.
 */
export function allowedSeconds(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): number | undefined {
  const times: number[] = [];
  for (const taint of taints) {
    const matching = tolerations.filter((toleration) => tolerates(toleration, taint));
    if (matching.length === 0) return 0;
    times.push(...matching.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? []));
  }
  return times.length === 0 ? undefined : Math.max(0, Math.min(...times));
}

/** Evicts the pod that the key names, at once or when its time has come. */
export function evictPod(services: EvictionServices): Reconcile {
  const { store, record, now } = services;
  /** When the time of a pod began: taints need not say since when they are there. */
  const beginnings = new Map<string, number>();
  return (key) => {
    const pod = store.get("Pod", key);
    const taints = pod === undefined ? [] : noExecuteTaints(pod, store);
    const allowed = allowedSeconds(taints, pod?.spec.tolerations ?? []);
    const id = formatKey(key);
    if (pod === undefined || isPodTerminating(pod) || allowed === undefined) {
      beginnings.delete(id);
      return {};
    }
    const beginning = beginnings.get(id) ?? now();
    beginnings.set(id, beginning);
    const leftMs = beginning + allowed * 1_000 - now();
    if (leftMs > 0) return { requeueAfterMs: leftMs };
    beginnings.delete(id);
    record(pod, { reason: "TaintManagerEviction", message: `Marking for deletion Pod ${id}` });
    requestDeletion(store, "Pod", key);
    return {};
  };
}

function noExecuteTaints({ spec }: Pod, store: Store): readonly Taint[] {
  const { nodeName = "" } = spec;
  const node = store.get("Node", { namespace: "", name: nodeName });
  return (node?.spec.taints ?? []).filter(({ effect }) => effect === "NoExecute");
}
