import { readFileSync } from "node:fs";
import { Deadline } from "../base/deadline.ts";
import { until } from "../base/until.ts";

/** Ending a lab takes a few milliseconds; this is for a machine that is very busy. */
const PATIENCE_MS = 10_000;

/**
 * Ends a lab by the pid of its first process, and resolves when nothing of it is left. One kill is
 * enough: the kernel ends every process of the PID namespace and frees what they held.
 */
export async function endProcess(pid: number): Promise<void> {
  const pids = [pid, ...parentOf(pid)];
  process.kill(pid, "SIGKILL");
  const ended = async (): Promise<true | undefined> => pids.every(hasEnded) || undefined;
  using patience = new Deadline(PATIENCE_MS);
  await until(ended, { intervalMs: 2, signal: patience.signal });
}

/** Also one that has ended and waits to be collected: whose child it is may take a second over that. */
function hasEnded(pid: number): boolean {
  const [state] = statOf(pid);
  return state === undefined || state === "Z" || state === "X";
}

/** The unshare(1) that waits for it, and is done a moment later. */
function parentOf(pid: number): readonly number[] {
  const [, parent] = statOf(pid);
  return parent === undefined ? [] : [Number(parent)];
}

/** From the state on, proc(5); nothing when there is no such process. */
function statOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before it is in parentheses and may hold anything.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
