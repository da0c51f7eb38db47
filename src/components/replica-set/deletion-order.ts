/** Which pods of too many go first. After Kubernetes' pkg/controller, ActivePodsWithRanks. */

import type { Pod, PodPhase } from "../../api/objects/pod.ts";
import { isPodReady, isPodScheduled, podReadySince } from "../../api/pods/pod-state.ts";

const deletionCostAnnotation = "controller.kubernetes.io/pod-deletion-cost";

/** Lower goes first. What has no phase yet is pending. */
const phaseRanks: { readonly [P in PodPhase]: number } = {
  Pending: 0,
  Unknown: 1,
  Running: 2,
  Succeeded: 2,
  Failed: 2,
};

export interface DeletionCircumstances {
  /** Active pods of the same owner's owner, these among them: whoever shares a node with many goes first. */
  readonly related: readonly Pod[];
  readonly nowMs: number;
}

/** The `count` pods to delete, first the one that is missed least. */
export function podsToDelete(
  pods: readonly Pod[],
  count: number,
  { related, nowMs }: DeletionCircumstances,
): readonly Pod[] {
  if (count >= pods.length) return pods;
  const podsByNode = countByNode(related);
  const candidates = pods.map((pod) => candidateOf(pod, podsByNode));
  candidates.sort((a, b) => compare(a, b, nowMs));
  return candidates.slice(0, count).map(({ pod }) => pod);
}

interface Candidate {
  readonly pod: Pod;
  readonly neighbours: number;
  readonly restarts: number;
  readonly cost: number;
  readonly readySinceMs: number | undefined;
  readonly createdMs: number | undefined;
}

function candidateOf(pod: Pod, podsByNode: ReadonlyMap<string, number>): Candidate {
  const { annotations = {}, creationTimestamp } = pod.metadata;
  const restarts = (pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount);
  return {
    pod,
    neighbours: podsByNode.get(pod.spec.nodeName ?? "") ?? 0,
    restarts: Math.max(0, ...restarts),
    cost: Number.parseInt(annotations[deletionCostAnnotation] ?? "0", 10) || 0,
    readySinceMs: podReadySince(pod),
    createdMs: creationTimestamp === undefined ? undefined : Date.parse(creationTimestamp),
  };
}

function compare(a: Candidate, b: Candidate, nowMs: number): number {
  return (
    Number(isPodScheduled(a.pod)) - Number(isPodScheduled(b.pod)) ||
    phaseRank(a.pod) - phaseRank(b.pod) ||
    Number(isPodReady(a.pod)) - Number(isPodReady(b.pod)) ||
    a.cost - b.cost ||
    b.neighbours - a.neighbours ||
    (isPodReady(a.pod) ? compareAge(a, b, "readySinceMs", nowMs) : 0) ||
    b.restarts - a.restarts ||
    compareAge(a, b, "createdMs", nowMs) ||
    compareName(a.pod, b.pod)
  );
}

/**
 * The younger first, and those of unknown age before all. Two ages that differ
 * within the same power of two are not worth a preference: any pod will do.
 */
function compareAge(
  a: Candidate,
  b: Candidate,
  age: "createdMs" | "readySinceMs",
  nowMs: number,
): number {
  const [left, right] = [a[age], b[age]];
  if (left === right) return 0;
  if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
  return ageRank(nowMs - left) - ageRank(nowMs - right) || compareName(a.pod, b.pod);
}

/** The logarithm of the age in nanoseconds, as upstream rounds it. */
function ageRank(ageMs: number): number {
  return ageMs > 0 ? Math.trunc(Math.log2(ageMs * 1e6)) : -1;
}

function compareName(a: Pod, b: Pod): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

function phaseRank({ status }: Pod): number {
  return phaseRanks[status?.phase ?? "Pending"];
}

function countByNode(pods: readonly Pod[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { spec } of pods) {
    const node = spec.nodeName ?? "";
    counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
}
