import { readdirSync, readFileSync } from "node:fs";

/**
 * `waiting`: for something that is to happen, as a server does most of the time; or stopped. `working`: it runs or wants to, or reads
 * from a disk; or one that it has started does, as behind the shell that is a container's entry point. `ended`: also while nobody
 * has collected it yet.
 */
export interface ProcessActivity {
  readonly now: "waiting" | "working" | "ended";
  /** Processor time that it has had, with those that it has started, in steps of 10 ms. */
  readonly cpuMs: number;
}

/** USER_HZ, as every Linux has it. */
const TICK_MS = 10;
// Counted from the state, which is field 3 of proc(5): utime is field 14, stime 15.
const UTIME = 11;
const STIME = 12;

/** What a process does at this moment. @see proc(5), /proc/PID/stat */
export function processActivity(pid: number): ProcessActivity {
  // The name in front may have brackets and spaces in it.
  const [state = "", ...fields] = (read(`/proc/${pid}/stat`).split(") ").at(-1) ?? "").split(" ");
  const own = activityOf(state);
  if (own === "ended") return { now: own, cpuMs: 0 };
  const ownTicks = Number(fields[UTIME - 1]) + Number(fields[STIME - 1]);
  const children = childrenOf(pid).map(processActivity);
  const isBusy = own === "working" || children.some(({ now }) => now === "working");
  return {
    now: isBusy ? "working" : "waiting",
    cpuMs: children.reduce((sum, { cpuMs }) => sum + cpuMs, ownTicks * TICK_MS),
  };
}

function activityOf(state: string): ProcessActivity["now"] {
  if (state === "R" || state === "D") return "working";
  return state === "Z" || state === "X" || state === "" ? "ended" : "waiting";
}

/** Each is known by the thread that started it. Needs CONFIG_PROC_CHILDREN, as the sandbox does. */
function childrenOf(pid: number): readonly number[] {
  return threadsOf(pid).flatMap((thread) =>
    (read(`/proc/${pid}/task/${thread}/children`).match(/\d+/g) ?? []).map(Number),
  );
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Empty of what is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
