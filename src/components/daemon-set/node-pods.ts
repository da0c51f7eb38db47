/** One pod per node: what is missing, and what is too much. After Kubernetes' pkg/controller/daemon. */
import type { Node } from "../../api/objects/cluster.ts";
import type { ControllerRevision } from "../../api/objects/controller-revision.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { DaemonSet } from "../../api/objects/workload.ts";
import {
  isPodAvailable,
  isPodScheduled,
  isPodTerminal,
  isPodTerminating,
} from "../../api/pods/pod-state.ts";
import { isOfRevision, targetNodeOf } from "./daemon-pod.ts";
import { eligibilityOf } from "./eligibility.ts";
import { maxSurgeOf } from "./limits.ts";

export interface Changes {
  /** Names of nodes to make a pod for. */
  readonly create: readonly string[];
  readonly delete: readonly Pod[];
}

export interface Fleet {
  readonly daemonSet: DaemonSet;
  readonly nodes: readonly Node[];
  /** All that the DaemonSet owns, by the node they are on or for; oldest first. */
  readonly podsByNode: ReadonlyMap<string, readonly Pod[]>;
  readonly revision: ControllerRevision;
  readonly nowMs: number;
}

export function groupByNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const podsByNode = new Map<string, Pod[]>();
  for (const pod of [...pods].sort(byAge)) {
    const node = targetNodeOf(pod);
    if (node === undefined) continue;
    const there = podsByNode.get(node) ?? [];
    podsByNode.set(node, [...there, pod]);
  }
  return podsByNode;
}

/** What makes every node have its one pod, of whatever template. */
export function missingAndSurplus(fleet: Fleet): Changes {
  const { daemonSet, nodes, podsByNode } = fleet;
  const create: string[] = [];
  const surplus: Pod[] = [];
  for (const node of nodes) {
    const { name } = node.metadata;
    const pods = podsByNode.get(name) ?? [];
    const { shouldRun, mayStay } = eligibilityOf(node, daemonSet);
    if (pods.length === 0 && shouldRun) create.push(name);
    else if (!mayStay) surplus.push(...pods.filter((pod) => !isPodTerminating(pod)));
    else {
      const change = tidyNode(pods, fleet);
      surplus.push(...change.delete);
      if (change.create && shouldRun) create.push(name);
    }
  }
  return { create, delete: [...surplus, ...strays(fleet)] };
}

/** Pods still waiting for a node that is gone; those that were on it are the garbage collector's. */
function strays({ nodes, podsByNode }: Fleet): readonly Pod[] {
  const known = new Set(nodes.map(({ metadata }) => metadata.name));
  return [...podsByNode]
    .filter(([name]) => !known.has(name))
    .flatMap(([, pods]) => pods)
    .filter((pod) => !isPodScheduled(pod) && !isPodTerminating(pod));
}

interface NodeChange {
  readonly create: boolean;
  readonly delete: readonly Pod[];
}

/** A pod that ended is deleted; of several that live the oldest stays. */
function tidyNode(pods: readonly Pod[], fleet: Fleet): NodeChange {
  const staying = pods.filter((pod) => !isPodTerminating(pod));
  const ended = staying.filter(isPodTerminal);
  const running = staying.filter((pod) => !isPodTerminal(pod));
  if (maxSurgeOf(fleet.daemonSet) === 0) {
    return { create: false, delete: [...ended, ...running.slice(1)] };
  }
  const change = tidySurged(running, fleet);
  // What is being replaced does not have to be gone first.
  const isOnlyEnding = staying.length === 0 && pods.length > 0;
  return { create: isOnlyEnding, delete: [...ended, ...change] };
}

/** During a surge there may be an old one beside a new one, until the new one is available. */
function tidySurged(
  running: readonly Pod[],
  { daemonSet, revision, nowMs }: Fleet,
): readonly Pod[] {
  const { minReadySeconds = 0 } = daemonSet.spec;
  const [newest, ...otherNew] = running.filter((pod) => isOfRevision(pod, revision));
  const [oldest, ...otherOld] = running.filter((pod) => !isOfRevision(pod, revision));
  const isReplaced = newest !== undefined && isPodAvailable(newest, minReadySeconds, nowMs);
  const replaced = oldest !== undefined && isReplaced ? [oldest] : [];
  return [...otherNew, ...otherOld, ...replaced];
}

function byAge({ metadata: a }: Pod, { metadata: b }: Pod): number {
  const [left = "", right = ""] = [a.creationTimestamp, b.creationTimestamp];
  if (left !== right) return left < right ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
