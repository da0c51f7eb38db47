import { withCondition } from "../../../api/conditions.ts";
import type { Condition } from "../../../api/objects/meta.ts";
import type { Pod, PodStatus } from "../../../api/objects/pod.ts";
import { qosClass } from "../../../api/pods/qos-class.ts";
import type { ContainerRecord } from "../containers/container-record.ts";
import { isEndedForGood } from "../containers/restart-policy.ts";
import { type ContainerView, containerStatus } from "./container-status.ts";
import { formatTime } from "./format-time.ts";
import { podConditions } from "./pod-conditions.ts";
import { podPhase } from "./pod-phase.ts";

/** What kubelet knows of a pod on its node. */
export interface PodView {
  readonly records: readonly ContainerRecord[];
  /** Empty until the sandbox is there. */
  readonly podIPs: readonly string[];
  readonly hasSandbox: boolean;
  /** The node's, the primary first. */
  readonly hostIPs: readonly string[];
  /** When kubelet first saw the pod. */
  readonly firstSeenAtMs: number;
  readonly nowMs: number;
}

/** The whole status, given the stored object: what others wrote into it is kept. */
export function podStatus(pod: Pod, view: PodView): PodStatus {
  const { spec, metadata, status: stored = {} } = pod;
  const { records, podIPs, hasSandbox, hostIPs, nowMs } = view;
  const ending = metadata.deletionTimestamp === undefined ? "staying" : "ending";
  const phase = podPhase(spec, records, ending);
  const containerView: ContainerView = {
    pod,
    nowMs,
    waitingFor: (spec.initContainers ?? []).length > 0 ? "PodInitializing" : "ContainerCreating",
    isEndedForGood: (record) =>
      ending === "ending" || isEndedForGood(record, spec.restartPolicy ?? "Always"),
  };
  const statusesOf = (isWanted: (record: ContainerRecord) => boolean) =>
    records.filter(isWanted).map((record) => containerStatus(record, containerView));
  const initStatuses = statusesOf(({ role }) => role !== "main");
  const statuses = statusesOf(({ role }) => role === "main");
  const existing = stored.conditions ?? [];
  const conditions = podConditions({ spec, phase, hasSandbox, initStatuses, statuses, existing });
  const [podIP] = podIPs;
  return {
    ...stored,
    phase,
    conditions: merge(existing, conditions, formatTime(nowMs)),
    hostIP: hostIPs[0] ?? "",
    hostIPs: hostIPs.map((ip) => ({ ip })),
    ...(podIP !== undefined && { podIP, podIPs: podIPs.map((ip) => ({ ip })) }),
    startTime: stored.startTime ?? formatTime(view.firstSeenAtMs),
    ...(initStatuses.length > 0 && { initContainerStatuses: initStatuses }),
    containerStatuses: statuses,
    qosClass: qosClass(spec),
  };
}

function merge(
  existing: readonly Condition[],
  own: readonly Condition[],
  timestamp: string,
): readonly Condition[] {
  return own.reduce(
    (conditions, condition) => withCondition(conditions, condition, timestamp),
    existing,
  );
}
