/**
 * The first process of a PID namespace is the parent of every orphan in it and must collect
 * what they leave behind, or dead processes pile up. libuv collects the children
 * that it started, by number, and so does child-exit.ts; taking one of those from them would lose that child's exit
 * status. So we look first at whose turn it is, and take only what neither knows.
 */
import type { ChildProcess } from "node:child_process";
import diagnostics from "node:diagnostics_channel";
import { type LibcFunction, libcFunction } from "../libc.ts";
import { isAwaited } from "./child-exit.ts";

// linux/wait.h
const P_ALL = 0;
const P_PID = 1;
const WNOHANG = 1;
const WEXITED = 4;
const WNOWAIT = 0x0100_0000;
/** siginfo_t: 128 bytes; si_pid follows signo, errno, code and padding. asm-generic/siginfo.h, 64 bit. */
const SIGINFO_BYTES = 128;
const SIGINFO_PID = 16;

const waitid: LibcFunction<[type: number, id: number, info: Uint8Array, options: number]> =
  libcFunction("int waitid(int type, unsigned int id, void *info, int options)");

/**
 * From now on, orphans that end are collected. Does nothing unless this process is the first of its PID namespace.
 *
 * Knows the children started on the calling thread, by whatever module: every start is
 * published by Node itself. Children started by worker threads it would take away.
 */
export function startReaper(): void {
  if (process.pid !== 1) return;
  const ours = new Set<ChildProcess>();
  // The channel's messages are untyped; Node documents this shape.
  diagnostics.subscribe("child_process", (message) =>
    remember(ours, (message as { readonly process: ChildProcess }).process),
  );
  process.on("SIGCHLD", () => collect(ours));
}

function remember(ours: Set<ChildProcess>, child: ChildProcess): void {
  ours.add(child);
  // Emitted once libuv has collected it; `close` alone after a start that failed.
  for (const event of ["exit", "close"]) child.once(event, () => ours.delete(child));
}

function collect(ours: ReadonlySet<ChildProcess>): void {
  for (let pid = nextDead(); pid !== undefined; pid = nextDead()) {
    if (isAwaited(pid) || [...ours].some((child) => child.pid === pid)) {
      // Whoever waits for it gets the same signal and collects it in this turn of the loop or the next;
      // until then it hides those behind it.
      setImmediate(() => collect(ours));
      return;
    }
    waitid.raw(P_PID, pid, new Uint8Array(SIGINFO_BYTES), WEXITED | WNOHANG);
  }
}

/** A dead child, left as it is. */
function nextDead(): number | undefined {
  const info = new Uint8Array(SIGINFO_BYTES);
  if (waitid.raw(P_ALL, 0, info, WEXITED | WNOHANG | WNOWAIT) !== 0) return undefined;
  const pid = new DataView(info.buffer).getInt32(SIGINFO_PID, true);
  return pid === 0 ? undefined : pid;
}
