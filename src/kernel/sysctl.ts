/**
 * Sysctls of one netns. /proc/sys/net shows those of the netns that the reading
 * thread is in, so they are opened inside it, synchronously.
 */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { KernelError } from "../base/podwire-error.ts";
import { systemError } from "./libc.ts";
import type { Netns } from "./netns.ts";

const DIRECTORY = "/proc/sys";

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
    for (const [path, value] of Object.entries(valueByPath)) {
      try {
        writeProc(`${DIRECTORY}/${path}`, value);
      } catch (error) {
        const failure = systemError(`write sysctl ${path}=${value} in netns ${netns.name}`, error);
        if (isUnmappedGroups(path, failure)) writeProc(`${DIRECTORY}/${path}`, ownGroup());
        else if (!isAbsentIpv6(path, failure)) throw failure;
      }
    }
  });
}

/** Without the newline. @throws KernelError */
export function readSysctl(netns: Netns, path: string): string {
  return netns.enter(() => {
    try {
      return readFileSync(`${DIRECTORY}/${path}`, "utf8").trimEnd();
    } catch (error) {
      throw systemError(`read sysctl ${path} in netns ${netns.name}`, error);
    }
  });
}

/** Three system calls; `writeFileSync` makes more, and a thousand pods have a dozen sysctls each. */
function writeProc(path: string, value: string): void {
  const fd = openSync(path, "w");
  try {
    writeSync(fd, value);
  } finally {
    closeSync(fd);
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
