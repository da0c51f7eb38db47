/**
 * Sysctls of one netns. /proc/sys/net shows those of the netns that the reading
 * thread is in, so they are opened inside it, synchronously.
 */
import { readFileSync } from "node:fs";
import { KernelError } from "../base/podwire-error.ts";
import { closeDescriptor, type LibcFunction, libcFunction, systemError } from "./libc.ts";
import type { Netns } from "./netns.ts";
import { procForVisit } from "./proc-instance.ts";

const O_WRONLY_CLOEXEC = 0o2_000_001;

const openat: LibcFunction<[folder: number, path: string, flags: number]> = libcFunction(
  "int openat(int dirfd, const char *path, int flags)",
);
const write: LibcFunction<[fd: number, bytes: Uint8Array, length: number]> = libcFunction(
  "long write(int fd, const void *buffer, size_t length)",
);

/**
 * Writes each, in their order. `path` is below /proc/sys and has slashes, as in
 * `net/ipv4/ip_forward`: a device's name may contain a dot.
 *
 * Equivalent to: `ip netns exec $netns sysctl -w $path=$value`
 *
 * @throws KernelError ENOENT when there is no such sysctl in this netns, EINVAL when it does not take the value.
 */
export function writeSysctls(netns: Netns, valueByPath: Readonly<Record<string, string>>): void {
  netns.enter(() => {
    const proc = procForVisit();
    for (const [path, value] of Object.entries(valueByPath)) {
      const operation = `write sysctl ${path}=${value} in netns ${netns.name}`;
      try {
        writeProc(operation, proc, { path, value });
      } catch (error) {
        if (isUnmappedGroups(path, error)) writeProc(operation, proc, { path, value: ownGroup() });
        else if (!isAbsentIpv6(path, error)) throw error;
      }
    }
  });
}

/** Without the newline. @throws KernelError */
export function readSysctl(netns: Netns, path: string): string {
  return netns.enter(() => {
    try {
      return readFileSync(`/proc/sys/${path}`, "utf8").trimEnd();
    } catch (error) {
      throw systemError(`read sysctl ${path} in netns ${netns.name}`, error);
    }
  });
}

/** Three system calls and nothing of Node's own file functions, which take as long again: a thousand pods have four sysctls each. */
function writeProc(
  operation: string,
  proc: number,
  { path, value }: { readonly path: string; readonly value: string },
): void {
  const fd = openat(operation, proc, `sys/${path}`, O_WRONLY_CLOEXEC);
  try {
    const bytes = new TextEncoder().encode(value);
    write(operation, fd, bytes, bytes.byteLength);
  } finally {
    closeDescriptor(fd);
  }
}

/**
 * The range must begin and end with groups that the user namespace has, and an ordinary user's has one:
 * every group there is that one.
 */
function isUnmappedGroups(path: string, failure: unknown): boolean {
  return (
    path === "net/ipv4/ping_group_range" &&
    failure instanceof KernelError &&
    failure.code === "KERNEL_EINVAL" &&
    process.getuid?.() !== 0
  );
}

function ownGroup(): string {
  const group = process.getgid?.() ?? 0;
  return `${group} ${group}`;
}

/** A kernel without IPv6 has nothing to disable. */
function isAbsentIpv6(path: string, failure: unknown): boolean {
  return (
    path.endsWith("/disable_ipv6") &&
    failure instanceof KernelError &&
    failure.code === "KERNEL_ENOENT"
  );
}
