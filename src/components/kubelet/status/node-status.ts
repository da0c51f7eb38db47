import { withCondition } from "../../../api/conditions.ts";
import type { Node } from "../../../api/objects/cluster.ts";
import type { Condition } from "../../../api/objects/meta.ts";

export interface NodeFacts {
  readonly name: string;
  /** One of each of the cluster's address families, the primary first. */
  readonly addresses: readonly string[];
  readonly kernelVersion: string;
  /** The Kubernetes version that podwire follows: `v1.34.0`. */
  readonly kubeletVersion: string;
  /** `podwire://0.1.0`. */
  readonly containerRuntimeVersion: string;
  readonly osImage: string;
  /** Go's names: `amd64`, `arm64`. */
  readonly architecture: string;
  /** `cpu`, `memory`, `pods`. */
  readonly capacity: Readonly<Record<string, string>>;
}

/** What each condition says while all is well. */
const healthy: readonly Condition[] = [
  pressure("Memory", "HasSufficientMemory", "has sufficient memory available"),
  pressure("Disk", "HasNoDiskPressure", "has no disk pressure"),
  pressure("PID", "HasSufficientPID", "has sufficient PID available"),
  {
    type: "Ready",
    status: "True",
    reason: "KubeletReady",
    message: "kubelet is posting ready status",
  },
];

/** The status that a node's kubelet writes when it is up. */
export function nodeStatus(
  facts: NodeFacts,
  previous: Node["status"],
  timestamp: string,
): NonNullable<Node["status"]> {
  const { name, addresses, capacity, ...info } = facts;
  return {
    ...previous,
    addresses: [
      ...addresses.map((address) => ({ type: "InternalIP", address }) as const),
      { type: "Hostname", address: name },
    ],
    capacity,
    allocatable: capacity,
    conditions: healthy
      .reduce(
        (conditions, condition) => withCondition(conditions, condition, timestamp),
        previous?.conditions ?? [],
      )
      .map((condition) => ({ ...condition, lastHeartbeatTime: timestamp })),
    nodeInfo: {
      architecture: info.architecture,
      bootID: "",
      containerRuntimeVersion: info.containerRuntimeVersion,
      kernelVersion: info.kernelVersion,
      kubeProxyVersion: info.kubeletVersion,
      kubeletVersion: info.kubeletVersion,
      machineID: name,
      operatingSystem: "linux",
      osImage: info.osImage,
      systemUUID: name,
    },
  };
}

function pressure(what: string, reason: string, words: string): Condition {
  return {
    type: `${what}Pressure`,
    status: "False",
    reason: `Kubelet${reason}`,
    message: `kubelet ${words}`,
  };
}
