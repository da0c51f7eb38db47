/**
 * Moving the calling thread into another mount and UTS namespace and back, in
 * one synchronous stretch.
 *
 * Namespaces belong to threads, but a thread may share its root and working directory (CLONE_FS) with
 * others, and setns(2) to a mount namespace refuses while it does. So before each move the thread takes
 * a copy of its own. What follows:
 *
 * - libuv's pool keeps the original: asynchronous file access always sees the lab's
 *   mounts, also while this thread is away. It sees the working directory of the process's
 *   start, so nothing in a lab may call process.chdir().
 * - A thread made by this one starts wherever this one is. libuv makes its pool on first use,
 *   which must therefore not be while it is away.
 * - setns moves root and working directory to the new namespace's root, so the working
 *   directory is held open and taken up again on return.
 */
import { closeSync, constants, openSync, stat } from "node:fs";
import { type LibcFunction, libcFunction } from "../libc.ts";

// linux/sched.h, linux/fcntl.h
const CLONE_FS = 0x200;
export const CLONE_NEWNS = 0x2_0000;
export const CLONE_NEWUTS = 0x400_0000;
const O_PATH = 0o10_000_000;

const setns: LibcFunction<[fd: number, type: number]> = libcFunction(
  "int setns(int fd, int nstype)",
);
const unshare: LibcFunction<[flags: number]> = libcFunction("int unshare(int flags)");
const fchdir: LibcFunction<[fd: number]> = libcFunction("int fchdir(int fd)");

interface Home {
  readonly mountFd: number;
  readonly utsFd: number;
}

/** Of this thread: a worker has its own copy of this module. */
let home: Home | undefined;
let isAway = false;

/**
 * Runs `work` with the thread free to move: into namespaces of its own or into others, by {@link moveTo}. Then
 * brings the thread back, whether `work` returned or threw. Does not nest.
 */
export function awayFromHome<T>(work: () => T): T {
  if (isAway) throw new Error("this thread is in another mount namespace already");
  const { mountFd, utsFd } = openHome();
  const workingDirectory = openSync(".", O_PATH | constants.O_DIRECTORY);
  unshare("stop sharing the working directory", CLONE_FS);
  isAway = true;
  try {
    return work();
  } finally {
    setns("return to the lab's UTS namespace", utsFd, CLONE_NEWUTS);
    setns("return to the lab's mount namespace", mountFd, CLONE_NEWNS);
    fchdir("return to the working directory", workingDirectory);
    closeSync(workingDirectory);
    isAway = false;
  }
}

/** Only within {@link awayFromHome}. */
export function moveTo(operation: string, fd: number, type: number): void {
  setns(operation, fd, type);
}

/** Only within {@link awayFromHome}. */
export function unshareAway(operation: string, flags: number): void {
  unshare(operation, flags);
}

/** A descriptor of a namespace that the calling thread is in; `kind` as below /proc/self/ns. */
export function openNamespace(kind: "mnt" | "uts"): number {
  return openSync(`/proc/thread-self/ns/${kind}`, "r");
}

function openHome(): Home {
  if (home === undefined) {
    // Makes libuv's pool, here and now.
    stat("/", () => undefined);
    home = { mountFd: openNamespace("mnt"), utsFd: openNamespace("uts") };
  }
  return home;
}
