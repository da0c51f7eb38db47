/** The one word for what a pod is up to, how many containers are ready, and how often they were restarted. */
import type { Condition } from "../../../api/objects/meta.ts";
import type { ContainerStatus, Pod } from "../../../api/objects/pod.ts";

export interface PodSummary {
  /** `Running`, `CrashLoopBackOff`, `Init:0/2`, `Terminating`. */
  readonly reason: string;
  readonly readyContainers: number;
  readonly totalContainers: number;
  readonly restarts: number;
  /** RFC 3339. */
  readonly lastRestart?: string;
}

/** After printers/internalversion's printPod. */
export function summarizePod(pod: Pod): PodSummary {
  const init = summarizeInit(pod);
  const isPastInit = init.reason === undefined || isTrue(pod, "Initialized");
  const main = isPastInit ? summarizeMain(pod, init) : init;
  const { containers, initContainers = [] } = pod.spec;
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === "Always");
  return {
    readyContainers: main.readyContainers,
    restarts: main.restarts,
    ...(main.lastRestart !== undefined && { lastRestart: main.lastRestart }),
    reason: endingReason(pod) ?? main.reason ?? init.reason ?? phaseReason(pod),
    totalContainers: containers.length + sidecars.length,
  };
}

interface Tally {
  readonly readyContainers: number;
  readonly restarts: number;
  readonly lastRestart?: string;
}

function phaseReason({ status = {} }: Pod): string {
  const isGated = (status.conditions ?? []).some(
    ({ type, reason }) => type === "PodScheduled" && reason === "SchedulingGated",
  );
  return isGated ? "SchedulingGated" : status.reason || status.phase || "";
}

function endingReason({ metadata, status }: Pod): string | undefined {
  if (metadata.deletionTimestamp === undefined) return undefined;
  return status?.reason === "NodeLost" ? "Unknown" : "Terminating";
}

/** Sidecars count as containers, so that the tally of them goes on. */
interface InitSummary extends Tally {
  readonly reason?: string;
  readonly sidecars: readonly ContainerStatus[];
}

function summarizeInit({ spec, status }: Pod): InitSummary {
  const { initContainers = [] } = spec;
  const statuses = status?.initContainerStatuses ?? [];
  const isSidecar = ({ name }: ContainerStatus): boolean =>
    initContainers.some((each) => each.name === name && each.restartPolicy === "Always");
  const reasons = statuses.map((each, index) =>
    initReason(each, isSidecar(each), `${index}/${initContainers.length}`),
  );
  const waiting = reasons.findIndex((reason) => reason !== undefined);
  const seen = waiting === -1 ? statuses : statuses.slice(0, waiting + 1);
  const past = waiting === -1 ? statuses : statuses.slice(0, waiting);
  const ready = past.filter((each) => isSidecar(each) && each.ready && each.started === true);
  const reason = reasons[waiting];
  return {
    readyContainers: ready.length,
    ...restartsOf(seen),
    sidecars: seen.filter(isSidecar),
    ...(reason !== undefined && { reason }),
  };
}

/** What an init container holds the pod up with; undefined when it does not. */
function initReason(
  { state, started }: ContainerStatus,
  isSidecar: boolean,
  progress: string,
): string | undefined {
  const { terminated, waiting } = state;
  if (terminated?.exitCode === 0 || (isSidecar && started === true)) return undefined;
  if (terminated !== undefined) return `Init:${terminated.reason || terminatedReason(terminated)}`;
  const why = waiting?.reason ?? "";
  return why === "" || why === "PodInitializing" ? `Init:${progress}` : `Init:${why}`;
}

function terminatedReason({
  signal = 0,
  exitCode,
}: {
  readonly signal?: number;
  readonly exitCode: number;
}): string {
  return signal !== 0 ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

function summarizeMain(
  pod: Pod,
  { readyContainers, sidecars }: InitSummary,
): Tally & { reason?: string } {
  const statuses = pod.status?.containerStatuses ?? [];
  const running = statuses.filter(({ ready, state }) => ready && state.running !== undefined);
  // The first container's reason is the last word.
  const [reason] = statuses.flatMap(({ state }) => containerReason(state) ?? []);
  const isPartlyDone = reason === "Completed" && running.length > 0;
  const shown = isPartlyDone ? (isTrue(pod, "Ready") ? "Running" : "NotReady") : reason;
  return {
    readyContainers: readyContainers + running.length,
    ...restartsOf([...sidecars, ...statuses]),
    ...(shown !== undefined && { reason: shown }),
  };
}

function containerReason({ waiting, terminated }: ContainerStatus["state"]): string | undefined {
  if (waiting?.reason) return waiting.reason;
  return terminated && (terminated.reason || terminatedReason(terminated));
}

function restartsOf(statuses: readonly ContainerStatus[]): Omit<Tally, "readyContainers"> {
  const restarts = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const lastRestart = statuses
    .flatMap(({ lastState }) => lastState?.terminated?.finishedAt ?? [])
    .sort()
    .at(-1);
  return { restarts, ...(lastRestart !== undefined && { lastRestart }) };
}

function isTrue({ status }: Pod, type: string): boolean {
  const conditions: readonly Condition[] = status?.conditions ?? [];
  return conditions.some((each) => each.type === type && each.status === "True");
}
