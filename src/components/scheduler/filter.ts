/** Which nodes could take a pod, and why the others cannot. After kube-scheduler's filter plugins. */

import { matchesNodeRequirements, requiredNodeNames } from "../../api/nodes/node-affinity.ts";
import { untoleratedTaint } from "../../api/nodes/toleration.ts";
import type { Node, Taint } from "../../api/objects/cluster.ts";
import type { Pod } from "../../api/objects/pod.ts";
import { clash, hostPortsOf } from "./host-ports.ts";
import type { Occupancy } from "./occupancy.ts";
import { curable, incurable, type Refusal } from "./refusal.ts";
import { type TopologyRules, topologyRulesOf } from "./topology.ts";

export interface Filtered {
  readonly feasible: readonly Node[];
  readonly refusals: readonly Refusal[];
}

const unschedulable: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

export function filterNodes(pod: Pod, nodes: readonly Node[], occupancy: Occupancy): Filtered {
  const names = requiredNodeNames(pod.spec);
  const topology = topologyRulesOf(pod, nodes, occupancy);
  const feasible: Node[] = [];
  const refusals: Refusal[] = [];
  for (const node of nodes) {
    const refusal = refusalOf(pod, node, { names, occupancy, topology });
    if (refusal === undefined) feasible.push(node);
    else refusals.push(refusal);
  }
  return { feasible, refusals };
}

interface Circumstances {
  /** The only nodes that the pod's affinity leaves, when it names nodes. */
  readonly names: ReadonlySet<string> | undefined;
  readonly occupancy: Occupancy;
  readonly topology: TopologyRules;
}

function refusalOf(
  pod: Pod,
  node: Node,
  { names, occupancy, topology }: Circumstances,
): Refusal | undefined {
  if (names !== undefined && !names.has(node.metadata.name)) {
    return incurable("node(s) didn't satisfy plugin(s) [NodeAffinity]");
  }
  return (
    refusalByNode(pod, node) ?? refusalByPods(pod, node, occupancy) ?? topology.refusalOf(node)
  );
}

function refusalByNode({ spec }: Pod, node: Node): Refusal | undefined {
  const { tolerations } = spec;
  const { taints = [] } = node.spec;
  if (node.spec.unschedulable === true) {
    const isCordoned = untoleratedTaint([unschedulable], tolerations, ["NoSchedule"]) !== undefined;
    if (isCordoned) return incurable("node(s) were unschedulable");
  }
  const taint = untoleratedTaint(taints, tolerations, ["NoSchedule", "NoExecute"]);
  if (taint !== undefined) {
    return incurable(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`);
  }
  if (!matchesNodeRequirements(node, spec)) {
    return incurable("node(s) didn't match Pod's node affinity/selector");
  }
  return undefined;
}

function refusalByPods(pod: Pod, node: Node, occupancy: Occupancy): Refusal | undefined {
  const there = occupancy.on(node.metadata.name);
  const wanted = hostPortsOf(pod.spec);
  if (wanted.some((port) => there.hostPorts.some((taken) => clash(port, taken)))) {
    return curable("node(s) didn't have free ports for the requested pod ports");
  }
  const most = Number(node.status?.allocatable?.["pods"] ?? Number.POSITIVE_INFINITY);
  return there.pods.size >= most ? curable("Too many pods") : undefined;
}
