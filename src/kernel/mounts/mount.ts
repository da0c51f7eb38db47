/** mount(2), by the names of mount(8)'s options. */
import { type LibcFunction, libcFunction } from "../libc.ts";

// linux/mount.h
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_NOEXEC = 8;
const MS_BIND = 0x1000;
const MS_REC = 0x4000;
const MS_PRIVATE = 0x4_0000;
const MNT_DETACH = 2;
// linux/mount.h, linux/fcntl.h; calls of 5.2 and later have one number everywhere: asm-generic/unistd.h
const SYS_mount_setattr = 442;
const MOUNT_ATTR_RDONLY = 1n;
const AT_FDCWD = -100;
const AT_RECURSIVE = 0x8000;
/** struct mount_attr: attr_set, attr_clr, propagation, userns_fd. */
const MOUNT_ATTR_BYTES = 32;

const mount: LibcFunction<
  [source: string, target: string, type: string, flags: number, data: string | null]
> = libcFunction(
  "int mount(const char *src, const char *dst, const char *type, unsigned long flags, const char *data)",
);
const umount2: LibcFunction<[target: string, flags: number]> = libcFunction(
  "int umount2(const char *target, int flags)",
);

/** The wrapper is younger (glibc 2.36) than the call (Linux 5.12). */
const mountSetattr: LibcFunction<
  [number: number, dfd: number, path: string, flags: number, attr: Uint8Array, size: number]
> = libcFunction(
  "long syscall(long number, int dfd, const char *path, unsigned int flags, void *attr, size_t size)",
);
const pivot_root: LibcFunction<[newRoot: string, putOld: string]> = libcFunction(
  "int pivot_root(const char *new_root, const char *put_old)",
);
const chdir: LibcFunction<[path: string]> = libcFunction("int chdir(const char *path)");

/** `mount -t tmpfs -o nosuid,nodev,mode=0755 tmpfs $target` */
export function mountTmpfs(target: string): void {
  mount(`mount tmpfs on ${target}`, "tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755");
}

/** `mount -t tmpfs -o nodev,mode=0755 tmpfs $target`: file capabilities on it are heeded. */
export function mountExecutableTmpfs(target: string): void {
  mount(`mount tmpfs on ${target}`, "tmpfs", target, "tmpfs", MS_NODEV, "mode=0755");
}

/** `mount -t sysfs sysfs $target`: of the netns that the calling thread is in. */
export function mountSysfs(target: string): void {
  const flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  mount(`mount sysfs on ${target}`, "sysfs", target, "sysfs", flags, null);
}

/** `mount --bind $source $target`; what is mounted below the source does not come along. */
export function bindMount(source: string, target: string): void {
  mount(`bind ${source} to ${target}`, source, target, "none", MS_BIND, null);
}

/** `mount --rbind $source $target` */
export function bindTree(source: string, target: string): void {
  mount(`bind ${source} to ${target}`, source, target, "none", MS_BIND | MS_REC, null);
}

/** `mount -t tmpfs -o mode=$mode tmpfs $target` */
export function mountScratch(target: string, mode: number): void {
  const options = `mode=${mode.toString(8)}`;
  mount(`mount tmpfs on ${target}`, "tmpfs", target, "tmpfs", 0, options);
}

/** Also what is mounted below. What other flags a mount has stays: those of the host's are locked in a user namespace. */
export function makeReadOnly(target: string): void {
  const attr = new Uint8Array(MOUNT_ATTR_BYTES);
  new DataView(attr.buffer).setBigUint64(0, MOUNT_ATTR_RDONLY, true);
  const operation = `make ${target} read-only`;
  const { length } = attr;
  mountSetattr(operation, SYS_mount_setattr, AT_FDCWD, target, AT_RECURSIVE, attr, length);
}

/**
 * The mount at `root` becomes the root of the calling thread's mount namespace, and the former root goes. The thread is
 * in `/` then.
 *
 * @see pivot_root(2), "pivot_root(".", ".")": the old root is put over the new one, from where it is taken away
 */
export function pivotRoot(root: string): void {
  chdir(`go to ${root}`, root);
  pivot_root(`make ${root} the root`, ".", ".");
  unmountTree(".");
  chdir("go to the new root", "/");
}

export interface Overlay {
  /** What is seen, and never written. */
  readonly lower: string;
  /** What is written; `work` is empty and beside it, in the same file system. */
  readonly upper: string;
  readonly work: string;
}

/** `mount -t overlay -o lowerdir=$lower,upperdir=$upper,workdir=$work overlay $target` */
export function mountOverlay({ lower, upper, work }: Overlay, target: string): void {
  // A comma ends an option, and a colon a folder.
  const escaped = lower.replaceAll(/[\\,:]/g, "\\$&");
  const data = `lowerdir=${escaped},upperdir=${upper},workdir=${work}`;
  mount(`mount overlay on ${target}`, "overlay", target, "overlay", 0, data);
}

/** `mount --make-rprivate $target` */
export function makePrivateTree(target: string): void {
  mount(`make ${target} private`, "none", target, "none", MS_PRIVATE | MS_REC, null);
}

/** `umount --lazy $target`, with all that is mounted below. False when nothing is mounted there. */
export function unmountTree(target: string): boolean {
  return umount2.raw(target, MNT_DETACH) === 0;
}
