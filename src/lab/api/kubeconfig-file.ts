/**
 * Where a lab's kubeconfigs are: below the lab's own /run, which the host sees through the lab's first process. So the file
 * is there as long as the lab is, for its user and root, and nothing is left of it when the lab ends, however it ends.
 */
import { writeFileSync } from "node:fs";

/** For the host. Inside the sandbox; `enterSandbox` made the folder. */
const INSIDE = "/run/podwire/kubeconfig";
const ADMIN_CONF = "/run/podwire/admin.conf";
/**
 * For programs on the lab's nodes, in place of kubeadm's /etc/kubernetes/admin.conf, which would be the host's. Nodes have a
 * /run of their own, and see the lab's through its first process.
 */
export const adminConfOnNodes: string = `/proc/1/root${ADMIN_CONF}`;

export function writeKubeconfig(text: string): void {
  writeFileSync(INSIDE, text, { mode: 0o600 });
}

export function writeAdminConf(text: string): void {
  writeFileSync(ADMIN_CONF, text, { mode: 0o600 });
}

/** On the host. @param pid of the lab's first process, as the host counts. */
export function kubeconfigPath(pid: number): string {
  return `/proc/${pid}/root${INSIDE}`;
}
