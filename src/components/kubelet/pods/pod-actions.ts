/** What a pod needs next, told from what its containers do. Pure; after kubelet's computePodActions. */
import type { PodSpec } from "../../../api/objects/pod.ts";
import { mayRestartAtMs } from "../containers/back-off.ts";
import { type ContainerRecord, isHeld } from "../containers/container-record.ts";
import { isEndedForGood, type RestartPolicy } from "../containers/restart-policy.ts";

export interface PodActions {
  /** Containers to start now, in this order. */
  readonly start: readonly string[];
  /** Containers whose next start is being held back. */
  readonly backingOff: readonly string[];
  /** When to look again; undefined: when something happens. */
  readonly comeBackAtMs: number | undefined;
  /** Nothing runs and nothing will. */
  readonly isOver: boolean;
}

/** What one container needs. */
type Need =
  | { readonly type: "start" }
  | { readonly type: "back off"; readonly untilMs: number }
  | { readonly type: "nothing" };

export function podActions(
  spec: PodSpec,
  records: readonly ContainerRecord[],
  nowMs: number,
): PodActions {
  const { restartPolicy = "Always" } = spec;
  const mains = records.filter(({ role }) => role === "main");
  const inits = records.filter(({ role }) => role !== "main");
  const step = initStep(inits, restartPolicy, nowMs);
  // Once a container has run, init containers that ended are not asked again.
  const isInitialized = mains.some(({ run }) => run.type !== "waiting") || step.isDone;
  const needs = new Map(step.needs);
  if (isInitialized) {
    for (const record of untilHeld(mains)) {
      needs.set(record, needOf(record, restartPolicy, nowMs));
    }
  }
  const isOver =
    step.hasFailed ||
    (isInitialized && mains.every((record) => isEndedForGood(record, restartPolicy)));
  return { ...summarize(isOver ? new Map() : needs), isOver };
}

/** What comes after a container whose postStart hook runs is not looked at before that has ended. */
function untilHeld(records: readonly ContainerRecord[]): readonly ContainerRecord[] {
  const first = records.findIndex(isHeld);
  return first === -1 ? records : records.slice(0, first);
}

function summarize(needs: ReadonlyMap<ContainerRecord, Need>): Omit<PodActions, "isOver"> {
  const named = (type: Need["type"]): readonly string[] =>
    [...needs].flatMap(([{ container }, need]) => (need.type === type ? [container.name] : []));
  const times = [...needs.values()].flatMap((need) =>
    need.type === "back off" ? [need.untilMs] : [],
  );
  return {
    start: named("start"),
    backingOff: named("back off"),
    comeBackAtMs: times.length === 0 ? undefined : Math.min(...times),
  };
}

/** Init containers run one after the other; a sidecar lets the next one run once it has started. */
function initStep(
  inits: readonly ContainerRecord[],
  policy: RestartPolicy,
  nowMs: number,
): {
  readonly needs: ReadonlyMap<ContainerRecord, Need>;
  readonly isDone: boolean;
  readonly hasFailed: boolean;
} {
  const needs = new Map<ContainerRecord, Need>();
  for (const record of inits) {
    needs.set(record, needOf(record, policy, nowMs));
    if (isPassed(record)) continue;
    const hasFailed = record.role === "init" && isEndedForGood(record, policy);
    return { needs, isDone: false, hasFailed };
  }
  return { needs, isDone: true, hasFailed: false };
}

function isPassed({ role, run }: ContainerRecord): boolean {
  return role === "sidecar"
    ? run.type === "running" && run.started
    : run.type === "ended" && run.end.exitCode === 0;
}

function needOf(record: ContainerRecord, policy: RestartPolicy, nowMs: number): Need {
  const { run, backOff } = record;
  if (run.type === "running" || isEndedForGood(record, policy)) return { type: "nothing" };
  if (run.type === "waiting") return { type: "start" };
  const untilMs = mayRestartAtMs(backOff, run.end.endedAtMs);
  return untilMs <= nowMs ? { type: "start" } : { type: "back off", untilMs };
}
