import type { ContainerState, ContainerStatus, Pod } from "../../../api/objects/pod.ts";
import { formatDelay, mayRestartAtMs } from "../containers/back-off.ts";
import type { ContainerEnd, ContainerRecord } from "../containers/container-record.ts";
import { formatTime } from "./format-time.ts";

export interface ContainerView {
  readonly pod: Pod;
  readonly nowMs: number;
  /** What a container that has not been started waits for. */
  readonly waitingFor: "ContainerCreating" | "PodInitializing";
  /** Containers that will not be started again, whatever the back-off says. */
  readonly isEndedForGood: (record: ContainerRecord) => boolean;
}

export function containerStatus(record: ContainerRecord, view: ContainerView): ContainerStatus {
  const { container, run, restartCount, lastEnd } = record;
  const { stopSignal } = container.lifecycle ?? {};
  const isHeldBack = run.type === "ended" && isBackingOff(record, view);
  const state = isHeldBack ? { waiting: crashLoop(record, view) } : stateOf(record, view);
  const last = isHeldBack ? run.end : lastEnd;
  const id = run.type === "running" ? run.id : run.type === "ended" ? run.end.id : undefined;
  return {
    name: container.name,
    image: container.image ?? "",
    imageID: "",
    ...(id !== undefined && id !== "" && { containerID: id }),
    ready: isReady(record),
    started: run.type === "running" && run.started,
    restartCount,
    ...(stopSignal !== undefined && { stopSignal }),
    state,
    lastState: last === undefined ? {} : { terminated: terminated(last) },
  };
}

/** An init container is ready when it has done its work. */
function isReady({ role, run }: ContainerRecord): boolean {
  if (role === "init") return run.type === "ended" && run.end.exitCode === 0;
  return run.type === "running" && run.started && run.ready;
}

function isBackingOff(record: ContainerRecord, view: ContainerView): boolean {
  const { run, backOff } = record;
  return (
    run.type === "ended" &&
    !view.isEndedForGood(record) &&
    mayRestartAtMs(backOff, run.end.endedAtMs) > view.nowMs
  );
}

function stateOf({ run }: ContainerRecord, { waitingFor }: ContainerView): ContainerState {
  switch (run.type) {
    case "waiting":
      return { waiting: run.error ?? { reason: waitingFor } };
    case "running":
      if (run.isHeld) return { waiting: { reason: waitingFor } };
      return { running: { startedAt: formatTime(run.startedAtMs) } };
    case "ended":
      return { terminated: terminated(run.end) };
  }
}

function terminated(end: ContainerEnd): NonNullable<ContainerState["terminated"]> {
  const { exitCode, reason = exitCode === 0 ? "Completed" : "Error", message } = end;
  return {
    exitCode,
    reason,
    ...(message !== undefined && { message }),
    startedAt: formatTime(end.startedAtMs),
    finishedAt: formatTime(end.endedAtMs),
  };
}

function crashLoop(
  { container, backOff }: ContainerRecord,
  { pod }: ContainerView,
): NonNullable<ContainerState["waiting"]> {
  const delay = formatDelay(backOff?.delayMs ?? 0);
  return {
    reason: "CrashLoopBackOff",
    message: `back-off ${delay} restarting failed container=${container.name} pod=${describePod(pod)}`,
  };
}

/** `web-1_default(5a7e…)`, as kubelet names a pod in messages. */
export function describePod({ metadata: { name, namespace = "", uid = "" } }: Pod): string {
  return `${name}_${namespace}(${uid})`;
}
