/** mount(2), by the names of mount(8)'s options. */
import { type LibcFunction, libcFunction } from "./libc.ts";

// linux/mount.h
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_NOEXEC = 8;
const MS_BIND = 0x1000;
const MS_REC = 0x4000;
const MS_PRIVATE = 0x4_0000;
const MNT_DETACH = 2;

const mount: LibcFunction<
  [source: string, target: string, type: string, flags: number, data: string | null]
> = libcFunction(
  "int mount(const char *src, const char *dst, const char *type, unsigned long flags, const char *data)",
);
const umount2: LibcFunction<[target: string, flags: number]> = libcFunction(
  "int umount2(const char *target, int flags)",
);

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

/** `mount --make-rprivate $target` */
export function makePrivateTree(target: string): void {
  mount(`make ${target} private`, "none", target, "none", MS_PRIVATE | MS_REC, null);
}

/** `umount --lazy $target`, with all that is mounted below. False when nothing is mounted there. */
export function unmountTree(target: string): boolean {
  return umount2.raw(target, MNT_DETACH) === 0;
}
