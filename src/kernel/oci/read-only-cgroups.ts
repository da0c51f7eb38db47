/**
 * Control groups belong to the machine, not to the sandbox: one that runc made there would outlive a lab that is killed.
 * So the lab's own view of them becomes read-only, and runc, told that it is rootless, does without.
 */
import { existsSync } from "node:fs";
import { type LibcFunction, libcFunction } from "../libc.ts";

const CGROUPS = "/sys/fs/cgroup";

// linux/mount.h, linux/fcntl.h; the number is the same on every architecture
const SYS_mount_setattr = 442;
const AT_FDCWD = -100;
const AT_RECURSIVE = 0x8000;
const MOUNT_ATTR_RDONLY = 1n;
/** struct mount_attr: four 64-bit words, the first is what to set. */
const MOUNT_ATTR_BYTES = 32;

const mountSetattr: LibcFunction<
  [number: number, folder: number, path: string, flags: number, attr: Uint8Array, size: number]
> = libcFunction(
  "long syscall(long number, int folder, const char *path, unsigned int flags, void *attr, size_t size)",
);

let done = false;

/**
 * In the calling thread's mount namespace, which must be the lab's. Needs Linux 5.12. Safe to call again.
 *
 * Equivalent to: `mount -o remount,bind,ro` of each mount below /sys/fs/cgroup
 *
 * @throws KernelError ENOSYS on an older kernel.
 */
export function makeCgroupsReadOnly(): void {
  if (done || !existsSync(CGROUPS)) return;
  const attr = Buffer.alloc(MOUNT_ATTR_BYTES);
  attr.writeBigUInt64LE(MOUNT_ATTR_RDONLY, 0);
  const operation = `make ${CGROUPS} read-only`;
  const where = [SYS_mount_setattr, AT_FDCWD, CGROUPS, AT_RECURSIVE] as const;
  mountSetattr(operation, ...where, attr, attr.length);
  done = true;
}
