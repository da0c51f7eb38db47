import { arch, cpus, release, totalmem } from "node:os";
import type { NodeFacts } from "../../../components/kubelet/status/node-status.ts";
import type { TopologyNode } from "../../../topology/topology.ts";

/** The Kubernetes release whose behaviour podwire follows. */
export const KUBERNETES_VERSION = "v1.34.0";
/** As a kubelet's --max-pods, but as many as a bridge has ports. */
const MAX_PODS = 1000;

/** What a node says of itself: the machine is the host's, the software is podwire's. */
export function nodeFacts({ name, addresses }: TopologyNode): NodeFacts {
  return {
    name,
    addresses,
    kernelVersion: release(),
    kubeletVersion: KUBERNETES_VERSION,
    containerRuntimeVersion: "podwire://0.1.0",
    osImage: "podwire",
    architecture: arch() === "x64" ? "amd64" : arch(),
    capacity: {
      cpu: String(cpus().length),
      memory: `${Math.floor(totalmem() / 1024)}Ki`,
      pods: String(MAX_PODS),
    },
  };
}
