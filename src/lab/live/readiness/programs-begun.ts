/**
 * Has every program that runs in the lab really begun? A container without a readiness probe is ready as soon as its program
 * runs, in Kubernetes too, and one with a mistake in its configuration runs for a moment.
 */
import type { Container, Pod } from "../../../api/objects/pod.ts";
import type { Store } from "../../../api/store/store.ts";
import { until } from "../../../base/until.ts";
import { processActivity } from "../../../kernel/processes/process-activity.ts";
import type { LiveContainers } from "../containers/live-container.ts";

const INTERVAL_MS = 5;
/** Who has worked for so long without waiting for anything is no server, and computes. */
const WORK_MS = 1_000;

/**
 * Resolves when every program without a readiness probe has once been seen waiting for something, as a server does
 * that has done all it does at its start, or has computed for a while. The end of one that has ended is known to its kubelet then.
 *
 * @throws the signal's reason when it aborts.
 */
export async function untilProgramsBegun(
  store: Store,
  containers: Pick<LiveContainers, "find">,
  signal: AbortSignal,
): Promise<void> {
  const begun = new Set<number>();
  const look = async (): Promise<true | undefined> => {
    const pids = store.list("Pod").flatMap((pod) => unaskedPrograms(pod, containers));
    for (const pid of pids) if (!begun.has(pid) && hasBegun(pid)) begun.add(pid);
    return pids.every((pid) => begun.has(pid)) || undefined;
  };
  await until(look, { intervalMs: INTERVAL_MS, signal });
}

function unaskedPrograms(
  { metadata: { uid = "" }, spec }: Pod,
  containers: Pick<LiveContainers, "find">,
): readonly number[] {
  return spec.containers
    .filter(isUnasked)
    .flatMap(({ name }) => containers.find(uid, name)?.pid ?? []);
}

/** Nothing but its running says that it is ready. */
export function isUnasked({ readinessProbe, startupProbe }: Container): boolean {
  return readinessProbe === undefined && startupProbe === undefined;
}

function hasBegun(pid: number): boolean {
  const { now, cpuMs } = processActivity(pid);
  return now === "waiting" || (now === "working" && cpuMs >= WORK_MS);
}
