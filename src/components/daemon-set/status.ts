import type { DaemonSet } from "../../api/objects/workload.ts";
import { isPodAvailable, isPodReady } from "../../api/pods/pod-state.ts";
import { isOfRevision } from "./daemon-pod.ts";
import { eligibilityOf } from "./eligibility.ts";
import type { Fleet } from "./node-pods.ts";

type DaemonSetStatus = NonNullable<DaemonSet["status"]>;

/** Counts nodes, not pods: of several pods on a node the oldest speaks for it. */
export function statusOf(fleet: Fleet): DaemonSetStatus {
  const { daemonSet, nodes, podsByNode, revision, nowMs } = fleet;
  const { minReadySeconds = 0 } = daemonSet.spec;
  const { generation } = daemonSet.metadata;
  const isWanted = (name: string): boolean => wanted.has(name);
  const wanted = new Set(
    nodes
      .filter((node) => eligibilityOf(node, daemonSet).shouldRun)
      .map(({ metadata }) => metadata.name),
  );
  const speakers = [...podsByNode]
    .filter(([name]) => isWanted(name))
    .flatMap(([, [oldest]]) => oldest ?? []);
  const known = new Set(nodes.map(({ metadata }) => metadata.name));
  const misplaced = [...podsByNode.keys()].filter((name) => known.has(name) && !isWanted(name));
  const available = speakers.filter((pod) => isPodAvailable(pod, minReadySeconds, nowMs)).length;
  const updated = speakers.filter((pod) => isOfRevision(pod, revision)).length;
  const unavailable = wanted.size - available;
  return {
    currentNumberScheduled: speakers.length,
    numberMisscheduled: misplaced.length,
    desiredNumberScheduled: wanted.size,
    numberReady: speakers.filter(isPodReady).length,
    ...(generation !== undefined && { observedGeneration: generation }),
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(available > 0 && { numberAvailable: available }),
    ...(unavailable > 0 && { numberUnavailable: unavailable }),
  };
}
