/**
 * Named network namespaces, as `ip netns` keeps them: a name is a file below
 * /run/netns onto which the namespace is bind-mounted, and the namespace lives
 * as long as something holds it: that mount, a descriptor, a process or a socket.
 */
import { mkdirSync, stat, unlinkSync } from "node:fs";
import { EBUSY, EINVAL, ENAMETOOLONG } from "./errno.ts";
import { closeDescriptor, kernelError, libcFunction, orThrow } from "./libc.ts";

const DIRECTORY = "/run/netns";
/** Of the calling thread; /proc/self would be the main thread's. */
const OWN_NETNS = "/proc/thread-self/ns/net";
/** A file name's limit, and so a netns's. */
const NAME_MAX = 255;

// linux/sched.h, linux/mount.h
const CLONE_NEWNET = 0x4000_0000;
const MS_BIND = 0x1000;
const MS_REC = 0x4000;
const MS_SHARED = 0x10_0000;
const MNT_DETACH = 2;

// fcntl.h, sys/stat.h
const O_RDONLY_CLOEXEC = 0o2_000_000;
const S_IFREG_READABLE = 0o100_444;

const setns = libcFunction<[fd: number, type: number]>("int setns(int fd, int nstype)");
const unshare = libcFunction<[flags: number]>("int unshare(int flags)");
const mount = libcFunction<
  [source: string, target: string, type: string, flags: number, data: null]
>("int mount(const char *src, const char *dst, const char *type, unsigned long flags, void *data)");
const open = libcFunction<[path: string, flags: number]>("int open(const char *path, int flags)");
const mknod = libcFunction<[path: string, mode: number, device: number]>(
  "int mknod(const char *path, uint mode, unsigned long device)",
);
const umount2 = libcFunction<[target: string, flags: number]>(
  "int umount2(const char *target, int flags)",
);

/** Which descriptors this thread has entered, outermost first: its own netns, then one per nested `enter`. */
const entered: number[] = [];

/** Disposed synchronously, as `using` does, or deferred onto a cleanup stack. */
export class Netns implements Disposable {
  readonly name: string;
  #fd: number;
  readonly #endsWith: Array<() => void> = [];
  /** True for the one that made the name: disposing it removes the name. */
  readonly #owner: boolean;

  private constructor(name: string, fd: number, owner: boolean) {
    this.name = name;
    this.#fd = fd;
    this.#owner = owner;
  }

  /**
   * A new netns under a new name. Its `lo` is down.
   *
   * Equivalent to: `ip netns add $name`
   *
   * @throws KernelError EEXIST when the name is taken, EINVAL or ENAMETOOLONG when it cannot be one.
   */
  static create(name: string): Netns {
    const operation = `create netns ${name}`;
    checkName(operation, name);
    prepareDirectory();
    const path = `${DIRECTORY}/${name}`;
    createFile(operation, path);
    try {
      return new Netns(name, mountNewNetns(operation, path), true);
    } catch (error) {
      unlinkSync(path);
      throw error;
    }
  }

  /**
   * A further handle on a netns that exists; disposing it leaves the netns alone.
   *
   * @throws KernelError ENOENT when there is none of that name.
   */
  static open(name: string): Netns {
    const operation = `open netns ${name}`;
    checkName(operation, name);
    return new Netns(name, openFile(operation, `${DIRECTORY}/${name}`), false);
  }

  /** The netns that the calling thread is in now; its `name` is `current`. */
  static current(): Netns {
    return new Netns("current", openFile("open the current netns", OWN_NETNS), false);
  }

  /** For IFLA_NET_NS_FD and the like. Stays ours: whoever gets it must not close it. */
  get fd(): number {
    return this.#fd;
  }

  get disposed(): boolean {
    return this.#fd === -1;
  }

  /**
   * Runs `work` inside this netns and comes back, whether it returns or throws. What it
   * creates there stays there: a socket belongs to the netns in which it was
   * made, and a child process starts in it.
   *
   * `work` must be synchronous: the thread is moved, and after an `await` anybody's
   * code would run in the wrong place. So a promise is refused, by the type and at run time.
   * Asynchronous file access is refused by nobody, but its thread is not moved: use the
   * synchronous functions for /proc/sys/net.
   *
   * @throws KernelError when this netns is disposed; TypeError when `work` returns a promise.
   */
  enter<T>(
    work: () => T,
    ..._refused: [T] extends [never]
      ? []
      : T extends PromiseLike<unknown>
        ? ["work must be synchronous"]
        : []
  ): T {
    const former = entered.at(-1) ?? enterFirst();
    const here = this.#fd;
    setns(`enter netns ${this.name}`, here, CLONE_NEWNET);
    entered.push(here);
    try {
      return refusePromise(work());
    } finally {
      entered.pop();
      setns(`leave netns ${this.name}`, former, CLONE_NEWNET);
    }
  }

  /** What is to end just before this handle does. */
  defer(end: () => void): void {
    this.#endsWith.push(end);
  }

  /**
   * Closes the handle; the one that {@link create} gave also removes the name. The kernel then
   * frees the netns with its devices in the background, once no socket or process is left in it.
   * Safe to call twice.
   *
   * Equivalent to: `ip netns delete $name`
   *
   * @throws KernelError EBUSY from within this netns's own `enter`.
   */
  [Symbol.dispose](): void {
    if (this.#fd === -1) return;
    if (entered.includes(this.#fd)) throw kernelError(`delete netns ${this.name}`, EBUSY);
    for (const end of this.#endsWith) end();
    closeDescriptor(this.#fd);
    this.#fd = -1;
    if (!this.#owner) return;
    const path = `${DIRECTORY}/${this.name}`;
    // Detached, as ip does: a mount namespace that still sees it does not hold the name up.
    umount2(`delete netns ${this.name}`, path, MNT_DETACH);
    unlinkSync(path);
  }
}

/** Leaves the thread where it was; the result is the caller's descriptor of the new netns. */
function mountNewNetns(operation: string, path: string): number {
  const former = entered.at(-1) ?? enterFirst();
  unshare(operation, CLONE_NEWNET);
  try {
    const fd = openFile(operation, OWN_NETNS);
    try {
      mount(operation, OWN_NETNS, path, "none", MS_BIND, null);
    } catch (error) {
      closeDescriptor(fd);
      throw error;
    }
    return fd;
  } finally {
    setns(`return from ${operation}`, former, CLONE_NEWNET);
  }
}

/** The thread's own netns, to come back to. Held open from now on. */
function enterFirst(): number {
  // A new thread starts in the netns of the thread that makes it. libuv makes its pool on
  // first use; were that inside `enter`, the pool would stay there and keep that netns alive.
  stat("/", () => undefined);
  const fd = openFile("open the current netns", OWN_NETNS);
  entered.push(fd);
  return fd;
}

function refusePromise<T>(result: T): T {
  if (result instanceof Promise) {
    // It is going to run outside, and nobody will look at how it ends.
    result.catch(() => undefined);
    throw new TypeError("work inside a netns must be synchronous, and this returned a promise");
  }
  return result;
}

/** Also what keeps a name from leaving the directory, and from being an option of ip(8). */
function checkName(operation: string, name: string): void {
  if (name.length > NAME_MAX) throw kernelError(operation, ENAMETOOLONG);
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)) {
    throw kernelError(operation, EINVAL, "a netns is named with letters, digits, '.', '_' and '-'");
  }
}

let prepared = false;

/**
 * As ip(8) does, makes the directory a shared mount: then a name that is removed disappears also
 * from the mount namespaces that `ip netns exec` made, which would otherwise keep the netns alive.
 */
function prepareDirectory(): void {
  if (prepared) return;
  const operation = `prepare ${DIRECTORY}`;
  mkdirSync(DIRECTORY, { recursive: true });
  const share = (): number => mount.raw("", DIRECTORY, "none", MS_SHARED | MS_REC, null);
  // EINVAL: not a mount point yet.
  if (share() === -EINVAL) {
    mount(operation, DIRECTORY, DIRECTORY, "none", MS_BIND | MS_REC, null);
    orThrow(share(), operation);
  }
  prepared = true;
}

/** An empty file, to be mounted upon. */
function createFile(operation: string, path: string): void {
  mknod(operation, path, S_IFREG_READABLE, 0);
}

/** A thousand pods open it twice, and Node's own function takes twice as long. */
function openFile(operation: string, path: string): number {
  return open(operation, path, O_RDONLY_CLOEXEC);
}
