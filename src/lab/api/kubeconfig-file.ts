/**
 * Where a lab's kubeconfig is: below the lab's own /run, which the host sees through the lab's first process. So the file
 * is there as long as the lab is, for its user and root, and nothing is left of it when the lab ends, however it ends.
 */
import { writeFileSync } from "node:fs";

/** Inside the sandbox; `enterSandbox` made the folder. */
const INSIDE = "/run/podwire/kubeconfig";

export function writeKubeconfig(text: string): void {
  writeFileSync(INSIDE, text, { mode: 0o600 });
}

/** On the host. @param pid of the lab's first process, as the host counts. */
export function kubeconfigPath(pid: number): string {
  return `/proc/${pid}/root${INSIDE}`;
}
