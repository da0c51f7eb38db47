/** How children end that posix-spawn.ts started. libuv knows its own children only. */
import { type LibcFunction, libcFunction } from "../libc.ts";

// linux/wait.h
const WNOHANG = 1;

/** The exit status, or the number of the signal that ended it. */
export type ChildExit = { readonly exitCode: number } | { readonly signal: number };

const waitpid: LibcFunction<[pid: number, status: Uint8Array, options: number]> = libcFunction(
  "int waitpid(int pid, void *status, int options)",
);

const awaited = new Map<number, (exit: ChildExit) => void>();
/** Holds the event loop: a signal's listener does not, and somebody waits. */
let keepAlive: NodeJS.Timeout | undefined;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Starts a child and collects it when it ends.
 *
 * @param start starts it at once, and gives its number.
 * @throws what `start` throws.
 */
export async function childExit(start: () => number): Promise<ChildExit> {
  // Before the start: of a child that has ended by the time of the first listener, nobody would hear.
  if (keepAlive === undefined) {
    keepAlive = setInterval(() => undefined, LONGEST_TIMER_MS);
    process.on("SIGCHLD", collect);
    // It may have ended before anybody listened.
    setImmediate(collect);
  }
  try {
    const pid = start();
    return await new Promise<ChildExit>((resolve) => awaited.set(pid, resolve));
  } finally {
    restIfIdle();
  }
}

/** Whether somebody is going to collect it: nobody else may. */
export function isAwaited(pid: number): boolean {
  return awaited.has(pid);
}

/** One signal may stand for several children that have ended. */
function collect(): void {
  for (const [pid, resolve] of awaited) {
    const status = new Uint8Array(4);
    // 0: it runs on.
    if (waitpid.raw(pid, status, WNOHANG) !== pid) continue;
    awaited.delete(pid);
    resolve(decodeStatus(new DataView(status.buffer).getInt32(0, true)));
  }
}

function restIfIdle(): void {
  if (awaited.size > 0) return;
  clearInterval(keepAlive);
  keepAlive = undefined;
  process.off("SIGCHLD", collect);
}

/** The macros WIFEXITED, WEXITSTATUS and WTERMSIG. */
function decodeStatus(status: number): ChildExit {
  const signal = status & 0x7f;
  return signal === 0 ? { exitCode: (status >> 8) & 0xff } : { signal };
}
