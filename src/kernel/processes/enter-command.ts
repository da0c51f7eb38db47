/**
 * How a program of the host gets into a place of a lab with the caller's own terminal.
 *
 * For root that is `nsenter`. In an ordinary user's lab it would have no capabilities: setns(2) to a user
 * namespace gives them, and exec takes them away from anybody but root. (`nsenter --keep-caps` prevents
 * that, from util-linux 2.40 on; most have an older one.) So in between runs a copy of setpriv with file
 * capabilities, which hands them on as ambient ones:
 *
 *     nsenter --user=… --mount=… setpriv --ambient-caps +all nsenter --net=… --pid=… COMMAND
 *
 * The kernel heeds the capabilities of a file in a user namespace if whoever they are given by is root there, or in a
 * namespace around it: hence the outer one of a sandbox's two. capabilities(7), user_namespaces(7)
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync } from "node:fs";
import { HostError } from "../../base/podwire-error.ts";
import { type LibcFunction, libcFunction } from "../libc.ts";
import { mountExecutableTmpfs } from "../mounts/mount.ts";
import { findProgram } from "../programs/programs.ts";
import type { Place } from "./process.ts";

const FOLDER = "/run/podwire/enter";
const SETPRIV = `${FOLDER}/setpriv`;

// linux/capability.h
const VFS_CAP_REVISION_3 = 0x0300_0000;
const VFS_CAP_FLAGS_EFFECTIVE = 1;
/** struct vfs_ns_cap_data: magic, twice permitted and inheritable, and the root that gives them. */
const CAPABILITY_BYTES = 24;

const setxattr: LibcFunction<
  [path: string, name: string, value: Uint8Array, length: number, flags: number]
> = libcFunction(
  "int setxattr(const char *path, const char *name, const void *value, size_t size, int flags)",
);

/**
 * The beginning of a command line: append the program and its arguments, and run it on the
 * host, as the lab's user or root. The program has every capability in the lab, belongs to the sandbox and ends with
 * it. It starts in `/`, with the environment that it is given: see {@link programEnvironment}.
 *
 * Valid as long as the place is. Call it inside the lab.
 *
 * @param hostPid the lab's, as the host counts: `SandboxInside.hostPid`.
 */
export function enterCommand(place: Place, hostPid: number): readonly string[] {
  const nsenter = program("nsenter");
  if (process.getuid?.() === 0) return [nsenter, ...placeArguments(place, hostPid)];
  const host = `/proc/${hostPid}/ns`;
  return [
    ...[nsenter, `--user=${host}/user`, `--mount=${host}/mnt`, "--preserve-credentials", "--"],
    ...[capableSetpriv(), "--inh-caps", "+all", "--ambient-caps", "+all", "--"],
    // From here on /proc is the sandbox's own.
    ...[nsenter, ...placeArguments(place, process.pid)],
  ];
}

function placeArguments({ netns, namespaces }: Place, pid: number): readonly string[] {
  const descriptors = namespaces?.descriptors;
  const mounts = descriptors === undefined ? "ns/mnt" : `fd/${descriptors.mountFd}`;
  const uts = descriptors === undefined ? "ns/uts" : `fd/${descriptors.utsFd}`;
  const own = `/proc/${pid}`;
  return [
    ...[`--net=${own}/fd/${netns.fd}`, `--mount=${own}/${mounts}`, `--uts=${own}/${uts}`],
    ...[`--pid=${own}/ns/pid`, "--"],
  ];
}

/** Made when first needed, on a tmpfs of its own: on a mount with nosuid its capabilities would count for nothing. */
function capableSetpriv(): string {
  if (!existsSync(SETPRIV)) {
    mkdirSync(FOLDER, { recursive: true });
    mountExecutableTmpfs(FOLDER);
    copyFileSync(program("setpriv"), SETPRIV);
    chmodSync(SETPRIV, 0o755);
    const value = allCapabilities(process.getuid?.() ?? 0);
    setxattr("give setpriv capabilities", SETPRIV, "security.capability", value, value.length, 0);
  }
  return SETPRIV;
}

/** `setcap -n $uid =ep` */
function allCapabilities(uid: number): Uint8Array {
  const value = Buffer.alloc(CAPABILITY_BYTES);
  value.writeUInt32LE(VFS_CAP_REVISION_3 | VFS_CAP_FLAGS_EFFECTIVE, 0);
  // Permitted, those below 32 and those above; the kernel has 41 and ignores the others.
  for (const offset of [4, 12]) value.writeUInt32LE(0xffff_ffff, offset);
  value.writeUInt32LE(uid, 20);
  return value;
}

function program(name: string): string {
  const file = findProgram(name);
  if (file !== undefined) return file;
  throw new HostError("HOST_PROGRAM", `${name}: not installed`, { hint: "install util-linux" });
}
