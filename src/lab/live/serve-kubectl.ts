import { adminConfOnNodes, writeAdminConf, writeKubeconfig } from "../api/kubeconfig-file.ts";
import type { Cluster } from "./cluster.ts";
import type { LiveLabOptions } from "./live-lab.ts";
import type { Machines } from "./machines/machines.ts";

/** Lets kubectl find the API server: on the nodes, and on the host where a socket was handed down for it. */
export async function serveKubectl(
  { api }: Cluster,
  machines: Machines,
  { name, request, apiListenerFd }: Pick<LiveLabOptions, "name" | "request" | "apiListenerFd">,
): Promise<void> {
  writeAdminConf(api.adminConf(name));
  for (const node of request.topology.nodes) {
    machines.setCommonEnvironment(node.name, { KUBECONFIG: adminConfOnNodes });
  }
  if (apiListenerFd !== undefined) writeKubeconfig(await api.listenOnHost(apiListenerFd, name));
}
