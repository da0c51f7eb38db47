/**
 * Runs a command in another user namespace, as the same user, with every capability there:
 *
 *     node --single-threaded enter-user-namespace-main.js /proc/PID/ns/user COMMAND…
 *
 * That is `nsenter --user --keep-caps`, which util-linux has from 2.40 only; without the option
 * a program of an ordinary user has no capabilities at all.
 *
 * setns(2) to a user namespace wants a process of one thread, and Node has several. So this
 * forks, and the child, which has one, never returns to the event loop: it makes a few system
 * calls and becomes the command. All that they need is prepared before the fork, and V8 runs
 * without helper threads, because there are none in the child.
 */
import { closeSync, constants, openSync } from "node:fs";
import koffi from "koffi";
import { type LibcFunction, libcFunction } from "./libc.ts";

// linux/sched.h, linux/capability.h, linux/prctl.h, signal.h, fcntl.h
const CLONE_NEWUSER = 0x1000_0000;
const LINUX_CAPABILITY_VERSION_3 = 0x2008_0522;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_RAISE = 2;
const CAPABILITIES = 64;
const SIGPIPE = 13;
const SIG_DFL = 0;
const F_GETFL = 3;
const F_SETFL = 4;

const fork: LibcFunction<[]> = libcFunction("int fork(void)");
const setns: LibcFunction<[fd: number, type: number]> = libcFunction(
  "int setns(int fd, int nstype)",
);
const capget: LibcFunction<[header: Uint8Array, data: Uint8Array]> = libcFunction(
  "int capget(void *header, void *data)",
);
const capset: LibcFunction<[header: Uint8Array, data: Uint8Array]> = libcFunction(
  "int capset(void *header, const void *data)",
);
const prctl: LibcFunction<[option: number, a: number, b: number, c: number, d: number]> =
  libcFunction(
    "int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)",
  );
const fcntl: LibcFunction<[fd: number, command: number, argument: number]> = libcFunction(
  "int fcntl(int fd, int command, int argument)",
);
const waitpid: LibcFunction<[pid: number, status: Uint8Array, options: number]> = libcFunction(
  "int waitpid(int pid, void *status, int options)",
);
const signal: LibcFunction<[number: number, handler: number]> = libcFunction(
  "long signal(int number, long handler)",
);
const exit: LibcFunction<[status: number]> = libcFunction("int _exit(int status)");

/** execvp(3) takes an array of strings that ends with NULL, which {@link libcFunction} does not know. */
const execvp = koffi.load("libc.so.6").func("int execvp(const char *file, const char **argv)");

const [namespaceFile = "", ...command] = process.argv.slice(2);
process.exitCode = run(namespaceFile, command);

/** The exit code, as a shell gives it. */
function run(file: string, [program = "", ...args]: readonly string[]): number {
  const namespace = openSync(file, "r");
  const argv = [program, ...args, null];
  // The terminal sends ^C to the command as well: that decides what it means.
  for (const name of ["SIGINT", "SIGQUIT"] as const) process.on(name, () => undefined);
  const child = fork("fork");
  if (child === 0) becomeCommand(namespace, program, argv);
  closeSync(namespace);
  return waitFor(child);
}

/** In the child. Ends it with 126 when a namespace is refused, and with 127 when there is no such program. */
function becomeCommand(namespace: number, program: string, argv: readonly unknown[]): never {
  try {
    setns("enter the lab's user namespace", namespace, CLONE_NEWUSER);
    keepCapabilities();
    for (const fd of [0, 1, 2]) makeBlocking(fd);
    // Node ignores it, and exec would pass that on.
    signal("restore SIGPIPE", SIGPIPE, SIG_DFL);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    exit.raw(126);
  }
  execvp(program, argv);
  exit.raw(127);
  throw new Error("a process that has ended went on");
}

/** setns gave them, and exec would take them away; ambient ones pass through. capabilities(7) */
function keepCapabilities(): void {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(LINUX_CAPABILITY_VERSION_3);
  // Twice effective, permitted, inheritable: for capabilities below 32 and above.
  const data = Buffer.alloc(24);
  capget("read capabilities", header, data);
  for (const half of [0, 12]) data.copy(data, half + 8, half + 4, half + 8);
  capset("make capabilities inheritable", header, data);
  for (let capability = 0; capability < CAPABILITIES; capability++) {
    // Refused for those that this kernel does not have.
    prctl.raw(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
  }
}

/** Node makes pipes non-blocking, and the flag is shared with whoever holds them too. */
function makeBlocking(fd: number): void {
  const flags = fcntl.raw(fd, F_GETFL, 0);
  if (flags >= 0) fcntl.raw(fd, F_SETFL, flags & ~constants.O_NONBLOCK);
}

function waitFor(child: number): number {
  const status = new Uint8Array(4);
  waitpid("wait for the command", child, status, 0);
  const [low = 0, high = 0] = status;
  // linux: the low seven bits are the signal, the second byte the exit code.
  return (low & 0x7f) === 0 ? high : 128 + (low & 0x7f);
}
