/** What kubelet remembers of one container: values, replaced at each change. */
import type { Container, Pod } from "../../../api/objects/pod.ts";
import { type BackOff, raiseBackOff } from "./back-off.ts";

/** A sidecar is an init container that goes on running. */
export type ContainerRole = "init" | "sidecar" | "main";

/** How one run of a container ended. */
export interface ContainerEnd {
  /** Empty when it did not even start. */
  readonly id: string;
  readonly exitCode: number;
  readonly message?: string;
  /** `Completed` or `Error` unless given. */
  readonly reason?: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

type ContainerRun =
  | {
      readonly type: "waiting";
      /** Why it cannot start; undefined when it merely has not yet. */
      readonly error?: { readonly reason: string; readonly message: string };
    }
  | {
      readonly type: "running";
      readonly id: string;
      readonly startedAtMs: number;
      /** Its postStart hook has not ended: until then it counts as being created, and those after it wait. */
      readonly isHeld: boolean;
      /** The startup probe has succeeded, or there is none. */
      readonly started: boolean;
      /** The readiness probe has, or there is none. */
      readonly ready: boolean;
    }
  | { readonly type: "ended"; readonly end: ContainerEnd };

export interface ContainerRecord {
  readonly container: Container;
  readonly role: ContainerRole;
  readonly run: ContainerRun;
  readonly restartCount: number;
  /** How the run before the present one ended. */
  readonly lastEnd: ContainerEnd | undefined;
  readonly backOff: BackOff | undefined;
}

/** Init containers first, in the order in which they run. */
export function initialRecords({ spec }: Pod): readonly ContainerRecord[] {
  const record = (container: Container, role: ContainerRole): ContainerRecord => ({
    container,
    role,
    run: { type: "waiting" },
    restartCount: 0,
    lastEnd: undefined,
    backOff: undefined,
  });
  return [
    ...(spec.initContainers ?? []).map((container) =>
      record(container, container.restartPolicy === "Always" ? "sidecar" : "init"),
    ),
    ...spec.containers.map((container) => record(container, "main")),
  ];
}

export function withStart(record: ContainerRecord, id: string, nowMs: number): ContainerRecord {
  const { container, run } = record;
  const isHeld = container.lifecycle?.postStart !== undefined;
  const state = isHeld ? { started: false, ready: false } : unprobed(container);
  const started: ContainerRecord = {
    ...record,
    run: { type: "running", id, startedAtMs: nowMs, isHeld, ...state },
  };
  if (run.type !== "ended") return started;
  return {
    ...started,
    restartCount: record.restartCount + 1,
    lastEnd: run.end,
    backOff: raiseBackOff(record.backOff, run.end.endedAtMs, nowMs),
  };
}

/** Its postStart hook is done. */
export function withHookDone(record: ContainerRecord): ContainerRecord {
  const { run, container } = record;
  return run.type === "running"
    ? { ...record, run: { ...run, ...unprobed(container), isHeld: false } }
    : record;
}

export function isHeld({ run }: ContainerRecord): boolean {
  return run.type === "running" && run.isHeld;
}

/** What is so before any probe has answered. */
function unprobed({ startupProbe, readinessProbe }: Container): {
  readonly started: boolean;
  readonly ready: boolean;
} {
  const started = startupProbe === undefined;
  return { started, ready: started && readinessProbe === undefined };
}

export function withEnd(record: ContainerRecord, end: ContainerEnd): ContainerRecord {
  return { ...record, run: { type: "ended", end } };
}

export function withStartError(
  record: ContainerRecord,
  error: { readonly reason: string; readonly message: string },
): ContainerRecord {
  // What ended once stays ended: its end is what the next back-off counts from.
  return record.run.type === "ended" ? record : { ...record, run: { type: "waiting", error } };
}

/** Results of probes count only while the container runs. */
export function withProbeResult(
  record: ContainerRecord,
  result: { readonly started?: boolean; readonly ready?: boolean },
): ContainerRecord {
  return record.run.type === "running" ? { ...record, run: { ...record.run, ...result } } : record;
}
