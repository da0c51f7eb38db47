/** What controllers ask about a pod. After Kubernetes' pkg/api/v1/pod and pkg/controller. */
import { findCondition } from "../conditions.ts";
import type { Pod } from "../objects/pod.ts";

/** Its containers have ended for good: Succeeded or Failed. */
export function isPodTerminal({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** Somebody asked for its end; it may still run. */
export function isPodTerminating({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Counts as a replica: neither ended nor ending. */
export function isPodActive(pod: Pod): boolean {
  return !isPodTerminal(pod) && !isPodTerminating(pod);
}

export function isPodReady({ status }: Pod): boolean {
  return findCondition(status?.conditions, "Ready")?.status === "True";
}

export function isPodScheduled({ spec }: Pod): boolean {
  return spec.nodeName !== undefined && spec.nodeName !== "";
}

/** Since when the pod is ready, in milliseconds since the epoch; undefined when it is not, or nobody knows. */
export function podReadySince({ status }: Pod): number | undefined {
  const ready = findCondition(status?.conditions, "Ready");
  if (ready?.status !== "True" || ready.lastTransitionTime === undefined) return undefined;
  return Date.parse(ready.lastTransitionTime);
}

/** Ready, and has been for `minReadySeconds`. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  return availableInMs(pod, minReadySeconds, nowMs) === 0;
}

/** How long until a ready pod counts as available; 0 when it does; undefined when it is not ready. */
export function availableInMs(
  pod: Pod,
  minReadySeconds: number,
  nowMs: number,
): number | undefined {
  if (!isPodReady(pod)) return undefined;
  if (minReadySeconds === 0) return 0;
  const since = podReadySince(pod);
  return since === undefined ? undefined : Math.max(0, since + minReadySeconds * 1_000 - nowMs);
}

/** When the next of `pods` becomes available by the mere passing of time; undefined when none will. */
export function nextAvailableInMs(
  pods: readonly Pod[],
  minReadySeconds: number,
  nowMs: number,
): number | undefined {
  const waits = pods.flatMap((pod) => availableInMs(pod, minReadySeconds, nowMs) ?? []);
  const coming = waits.filter((waitMs) => waitMs > 0);
  return coming.length === 0 ? undefined : Math.min(...coming);
}
