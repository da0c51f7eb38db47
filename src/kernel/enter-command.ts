/** How a program of the host gets into a place of a lab with the caller's own terminal. */
import { fileURLToPath } from "node:url";
import { HostError } from "../base/podwire-error.ts";
import type { Place } from "./process.ts";
import { findProgram } from "./programs.ts";

/** Runs by itself: see there. */
const ENTER_USER_NAMESPACE = fileURLToPath(
  new URL("./enter-user-namespace-main.js", import.meta.url),
);

/**
 * The beginning of a command line: append the program and its arguments, and run it on the
 * host, as the lab's user or root. The program belongs to the sandbox and ends with it. It starts
 * in `/`, with the caller's environment.
 *
 * Valid as long as the place is. Call it inside the lab.
 *
 * @param hostPid the lab's, as the host counts: `SandboxInside.hostPid`.
 */
export function enterCommand({ netns, namespaces }: Place, hostPid: number): readonly string[] {
  const own = `/proc/${hostPid}`;
  const descriptors = namespaces?.descriptors;
  const mounts = descriptors === undefined ? "ns/mnt" : `fd/${descriptors.mountFd}`;
  const uts = descriptors === undefined ? "ns/uts" : `fd/${descriptors.utsFd}`;
  return [
    ...userNamespaceCommand(own),
    nsenter(),
    ...[`--net=${own}/fd/${netns.fd}`, `--mount=${own}/${mounts}`, `--uts=${own}/${uts}`],
    // The last of them is entered by a fork.
    `--pid=${own}/ns/pid`,
    "--",
  ];
}

/** Root's labs have no user namespace. */
function userNamespaceCommand(own: string): readonly string[] {
  if (process.getuid?.() === 0) return [];
  // Without V8's helper threads: it forks.
  return [process.execPath, "--single-threaded", ENTER_USER_NAMESPACE, `${own}/ns/user`];
}

function nsenter(): string {
  const file = findProgram("nsenter");
  if (file !== undefined) return file;
  throw new HostError("HOST_PROGRAM", "nsenter: not installed", { hint: "install util-linux" });
}
