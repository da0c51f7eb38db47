/**
 * Starting a program without fork(2). Node forks, and forking copies the page tables of everything this process
 * has in memory: in a lab of a thousand pods that is 7 ms of the one thread that there is, for each
 * program. posix_spawn(3) borrows the memory until the program has begun, which is always half a millisecond.
 */
import { kernelError, type LibcFunction, libcFunction } from "../libc.ts";

export interface SpawnRequest {
  /** Absolute. */
  readonly path: string;
  /** Without the program's own name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Become 0, 1 and 2 in the program, and stay the caller's. */
  readonly streams: readonly [stdin: number, stdout: number, stderr: number];
}

// spawn.h of glibc: 80 and 336 bytes there; what else may come has room.
const ACTIONS_BYTES = 256;
const ATTRIBUTES_BYTES = 512;
const POSIX_SPAWN_SETSIGDEF = 4;
const POSIX_SPAWN_SETSIGMASK = 8;
/** sigset_t. */
const SIGNALS_BYTES = 128;

type Structure = LibcFunction<[structure: Uint8Array]>;

const posixSpawn: LibcFunction<
  [
    pid: Uint8Array,
    path: string,
    actions: Uint8Array,
    attributes: Uint8Array,
    argv: readonly (string | null)[],
    envp: readonly (string | null)[],
  ]
> = libcFunction(
  "int posix_spawn(void *pid, const char *path, const void *actions, const void *attributes, const char **argv, const char **envp)",
);
const initActions: Structure = libcFunction("int posix_spawn_file_actions_init(void *actions)");
const destroyActions: Structure = libcFunction(
  "int posix_spawn_file_actions_destroy(void *actions)",
);
const addDup2: LibcFunction<[actions: Uint8Array, from: number, to: number]> = libcFunction(
  "int posix_spawn_file_actions_adddup2(void *actions, int from, int to)",
);
const initAttributes: Structure = libcFunction("int posix_spawnattr_init(void *attributes)");
const setFlags: LibcFunction<[attributes: Uint8Array, flags: number]> = libcFunction(
  "int posix_spawnattr_setflags(void *attributes, short flags)",
);
const setDefault: LibcFunction<[attributes: Uint8Array, signals: Uint8Array]> = libcFunction(
  "int posix_spawnattr_setsigdefault(void *attributes, const void *signals)",
);

let attributes: Uint8Array | undefined;

/**
 * Starts it where the calling thread is: its netns, its mounts. Every other descriptor must be closed on exec.
 *
 * @returns its number. It is the caller's to wait for: see child-exit.ts.
 * @throws KernelError ENOENT, EACCES and the like of `path`.
 */
export function spawnHere({ path, args, env, streams }: SpawnRequest): number {
  const pid = new Uint8Array(4);
  const actions = new Uint8Array(ACTIONS_BYTES);
  initActions.raw(actions);
  try {
    for (const [to, from] of streams.entries()) addDup2.raw(actions, from, to);
    attributes ??= prepareAttributes();
    const variables = Object.entries(env).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${value}`],
    );
    const argv = [path, ...args, null];
    const errno = posixSpawn.raw(pid, path, actions, attributes, argv, [...variables, null]);
    // Unlike most functions it returns the number itself.
    if (errno !== 0) throw kernelError(`start ${path}`, errno);
  } finally {
    destroyActions.raw(actions);
  }
  return new DataView(pid.buffer).getInt32(0, true);
}

/** As after a login: nothing is blocked, and what Node ignores, such as SIGPIPE, is not. */
function prepareAttributes(): Uint8Array {
  const prepared = new Uint8Array(ATTRIBUTES_BYTES);
  initAttributes.raw(prepared);
  setFlags.raw(prepared, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  setDefault.raw(prepared, new Uint8Array(SIGNALS_BYTES).fill(0xff));
  return prepared;
}
