import type { PodPhase, PodSpec } from "../../../api/objects/pod.ts";
import type { ContainerRecord } from "../containers/container-record.ts";

/**
 * The pod's phase, after kubelet's getPhase. A container that is held back after a crash counts
 * as stopped, not as waiting: so a pod in CrashLoopBackOff is Running.
 *
 * @param ending whether the pod has been asked to end, and so restarts nothing.
 */
export function podPhase(
  { restartPolicy = "Always" }: PodSpec,
  records: readonly ContainerRecord[],
  ending: "ending" | "staying",
): PodPhase {
  const mains = records.filter(({ role }) => role === "main");
  const inits = records.filter(({ role }) => role === "init");
  const hasRun = mains.some(({ run }) => run.type !== "waiting");
  const ends = mains.flatMap(({ run }) => (run.type === "ended" ? [run.end] : []));
  const failed = ends.filter(({ exitCode }) => exitCode !== 0);
  if (ending === "ending" && ends.length === mains.length) {
    return failed.length > 0 ? "Failed" : "Succeeded";
  }
  const failedInit = inits.some(({ run }) => run.type === "ended" && run.end.exitCode !== 0);
  if (failedInit && restartPolicy === "Never") return "Failed";
  const pendingInit = inits.some(({ run }) => run.type !== "ended" || run.end.exitCode !== 0);
  if (pendingInit && !hasRun) return "Pending";
  if (mains.some(({ run }) => run.type === "waiting")) return "Pending";
  if (ends.length < mains.length || restartPolicy === "Always") return "Running";
  if (failed.length === 0) return "Succeeded";
  return restartPolicy === "Never" ? "Failed" : "Running";
}
