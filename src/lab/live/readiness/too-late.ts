/** Will everybody have been asked in time whether they are ready? Pure: reads objects, answers in a sentence. */
import type { Container, Pod } from "../../../api/objects/pod.ts";
import { isPodReady, isPodTerminating } from "../../../api/pods/pod-state.ts";
import type { Store } from "../../../api/store/store.ts";

export interface Patience {
  /** Milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly probeTimeScale: number;
}

/** A container whose probe begins later than anybody waits for it; undefined when there is none. */
export function tooLate(store: Store, patience: Patience): string | undefined {
  for (const pod of store.list("Pod")) {
    for (const container of pod.spec.containers) {
      const seconds = delaySeconds(container);
      if (seconds === 0 || isPodReady(pod) || isPodTerminating(pod)) continue;
      const delayMs = seconds * 1_000 * patience.probeTimeScale;
      if (startOf(pod, container, patience.sinceMs) + delayMs <= patience.untilMs) continue;
      const { namespace, name } = pod.metadata;
      return `pod ${namespace}/${name}: its container ${container.name} is not asked whether it is ready before ${delayMs / 1_000} s`;
    }
  }
  return undefined;
}

function delaySeconds({ startupProbe, readinessProbe }: Container): number {
  return Math.max(startupProbe?.initialDelaySeconds ?? 0, readinessProbe?.initialDelaySeconds ?? 0);
}

/** One that has not started could have when the waiting began: what keeps it is another matter than its probes. */
function startOf({ status }: Pod, { name }: Container, sinceMs: number): number {
  const own = status?.containerStatuses?.find((each) => each.name === name);
  const startedAt = own?.state?.running?.startedAt;
  return startedAt === undefined ? sinceMs : Date.parse(startedAt);
}
