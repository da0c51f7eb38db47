/** What a StatefulSet does next. After Kubernetes' pkg/controller/statefulset/stateful_set_control.go. */

import type { Pod } from "../../api/objects/pod.ts";
import type { StatefulSet } from "../../api/objects/workload.ts";
import {
  isPodAvailable,
  isPodReady,
  isPodTerminal,
  isPodTerminating,
} from "../../api/pods/pod-state.ts";
import { ordinalOf, ordinalsOf, revisionLabel } from "./identity.ts";

export type Action =
  | { readonly type: "create"; readonly ordinal: number; readonly from: "current" | "update" }
  | { readonly type: "delete"; readonly pod: Pod };

export interface Circumstances {
  /** All that belong to the set, ending ones among them. */
  readonly pods: readonly Pod[];
  /** The name of the ControllerRevision to go to. */
  readonly updateRevision: string;
  readonly nowMs: number;
}

/** Everything that may be done at once; nothing when there is nothing to do but wait. */
export function nextActions(set: StatefulSet, circumstances: Circumstances): readonly Action[] {
  return [...walk(viewOf(set, circumstances))];
}

interface View {
  readonly set: StatefulSet;
  readonly wanted: readonly number[];
  readonly podsByOrdinal: ReadonlyMap<number, Pod>;
  /** OrderedReady: one thing at a time. */
  readonly isOrdered: boolean;
  readonly updateRevision: string;
  /** Running, ready, and for long enough. */
  readonly isWell: (pod: Pod) => boolean;
}

function viewOf(set: StatefulSet, { pods, updateRevision, nowMs }: Circumstances): View {
  const { minReadySeconds = 0, podManagementPolicy } = set.spec;
  const podsByOrdinal = new Map<number, Pod>();
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod);
    if (ordinal !== undefined) podsByOrdinal.set(ordinal, pod);
  }
  return {
    set,
    wanted: ordinalsOf(set),
    podsByOrdinal,
    isOrdered: podManagementPolicy !== "Parallel",
    updateRevision,
    isWell: (pod) => isRunningAndAvailable(pod, minReadySeconds, nowMs),
  };
}

/** Each part says whether the next may begin. */
type Part = Generator<Action, boolean>;

function* walk(view: View): Generator<Action> {
  if (!(yield* fill(view))) return;
  if (!(yield* shrink(view))) return;
  yield* update(view);
}

/** Makes what is missing, lowest number first, and ends what has failed so that it can be made again. */
function* fill(view: View): Part {
  for (const ordinal of view.wanted) {
    const isWell = yield* fillOne(view, ordinal);
    if (!isWell && view.isOrdered) return false;
  }
  return true;
}

function* fillOne(view: View, ordinal: number): Part {
  const pod = view.podsByOrdinal.get(ordinal);
  if (pod === undefined) {
    yield { type: "create", ordinal, from: revisionFor(view.set, ordinal) };
    return false;
  }
  if (isPodTerminal(pod)) {
    if (!isPodTerminating(pod)) yield { type: "delete", pod };
    return false;
  }
  return !isPodTerminating(pod) && view.isWell(pod);
}

/** Below the partition a pod comes back as it was. */
function revisionFor(set: StatefulSet, ordinal: number): "current" | "update" {
  if (!isRollingUpdate(set)) return "update";
  return ordinal < (set.spec.ordinals?.start ?? 0) + partitionOf(set) ? "current" : "update";
}

/** Ends what is too many, highest number first. */
function* shrink(view: View): Part {
  const wanted = new Set(view.wanted);
  const condemned = [...view.podsByOrdinal]
    .filter(([ordinal]) => !wanted.has(ordinal))
    .sort(([a], [b]) => b - a)
    .map(([, pod]) => pod);
  for (const pod of condemned) {
    // An unwell pod may go only when it is the first of the unwell ones: nothing before it needs care.
    const mayGo = !view.isOrdered || view.isWell(pod) || pod === firstUnwell(view, condemned);
    if (!isPodTerminating(pod) && mayGo) yield { type: "delete", pod };
    if (view.isOrdered) return false;
  }
  return true;
}

function firstUnwell(view: View, condemned: readonly Pod[]): Pod | undefined {
  const wanted = view.wanted.flatMap((ordinal) => view.podsByOrdinal.get(ordinal) ?? []);
  const ascending = [...wanted, ...condemned.toReversed()];
  return ascending.find((pod) => isPodTerminating(pod) || !view.isWell(pod));
}

/** Ends the highest pod of an old template, when all above it are new and well. */
function* update({ set, wanted, podsByOrdinal, updateRevision, isWell }: View): Generator<Action> {
  if (!isRollingUpdate(set)) return;
  for (const ordinal of wanted.slice(partitionOf(set)).toReversed()) {
    const pod = podsByOrdinal.get(ordinal);
    if (pod === undefined || isPodTerminating(pod)) return;
    if (pod.metadata.labels?.[revisionLabel] !== updateRevision) {
      yield { type: "delete", pod };
      return;
    }
    if (!isWell(pod)) return;
  }
}

export function isRollingUpdate({ spec }: StatefulSet): boolean {
  return (spec.updateStrategy?.type ?? "RollingUpdate") === "RollingUpdate";
}

function partitionOf({ spec }: StatefulSet): number {
  return spec.updateStrategy?.rollingUpdate?.partition ?? 0;
}

export function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === "Running" && isPodReady(pod);
}

export function isRunningAndAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  return isRunningAndReady(pod) && isPodAvailable(pod, minReadySeconds, nowMs);
}
