/** Which nodes a DaemonSet's pods belong on. After Kubernetes' pkg/controller/daemon. */

import { matchesNodeRequirements } from "../../api/nodes/node-affinity.ts";
import { untoleratedTaint } from "../../api/nodes/toleration.ts";
import type { Node } from "../../api/objects/cluster.ts";
import type { PodSpec, Toleration } from "../../api/objects/pod.ts";
import type { DaemonSet } from "../../api/objects/workload.ts";

export interface Eligibility {
  /** A pod shall be made there. */
  readonly shouldRun: boolean;
  /** A pod that is there may stay. */
  readonly mayStay: boolean;
}

export function eligibilityOf(node: Node, { spec }: DaemonSet): Eligibility {
  const podSpec = withDaemonTolerations(spec.template.spec);
  const { nodeName = "", tolerations } = podSpec;
  const isElsewhere = nodeName !== "" && nodeName !== node.metadata.name;
  if (isElsewhere || !matchesNodeRequirements(node, podSpec)) {
    return { shouldRun: false, mayStay: false };
  }
  const taints = node.spec.taints ?? [];
  return {
    shouldRun: untoleratedTaint(taints, tolerations, ["NoSchedule", "NoExecute"]) === undefined,
    mayStay: untoleratedTaint(taints, tolerations, ["NoExecute"]) === undefined,
  };
}

/** Daemons serve the node, so what is wrong with it does not keep them away. */
export function withDaemonTolerations(podSpec: PodSpec): PodSpec {
  const { tolerations = [], hostNetwork } = podSpec;
  const added = [...daemonTolerations, ...(hostNetwork === true ? [networkToleration] : [])];
  const missing = added.filter(
    (toleration) => !tolerations.some((each) => isSame(each, toleration)),
  );
  return { ...podSpec, tolerations: [...tolerations, ...missing] };
}

const daemonTolerations: readonly Toleration[] = [
  tolerate("not-ready", "NoExecute"),
  tolerate("unreachable", "NoExecute"),
  tolerate("disk-pressure", "NoSchedule"),
  tolerate("memory-pressure", "NoSchedule"),
  tolerate("pid-pressure", "NoSchedule"),
  tolerate("unschedulable", "NoSchedule"),
];

/** On its node's own network a pod does not wait for the pod network: it may be what brings it up. */
const networkToleration: Toleration = tolerate("network-unavailable", "NoSchedule");

function tolerate(what: string, effect: NonNullable<Toleration["effect"]>): Toleration {
  return { key: `node.kubernetes.io/${what}`, operator: "Exists", effect };
}

function isSame(a: Toleration, b: Toleration): boolean {
  return (
    a.key === b.key && a.effect === b.effect && a.operator === b.operator && a.value === b.value
  );
}
