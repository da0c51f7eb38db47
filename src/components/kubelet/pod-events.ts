/** What kubelet tells people about a pod, word for word. */
import type { RecordEvent } from "../../api/event-recorder.ts";
import type { Pod } from "../../api/pod.ts";
import type { ProbeKind } from "./probe/probe-state.ts";
import { describePod } from "./status/container-status.ts";

export interface PodEvents {
  readonly created: (container: string) => void;
  readonly started: (container: string) => void;
  readonly stopping: (container: string) => void;
  readonly restarting: (container: string, kind: ProbeKind) => void;
  readonly backingOff: (container: string) => void;
  readonly notStarted: (why: string) => void;
  readonly noSandbox: (why: string) => void;
  readonly notMounted: (why: string) => void;
  readonly hookFailed: (why: string) => void;
  readonly probeFailed: (kind: ProbeKind, why: string) => void;
}

/** @param pod as it is at the time. */
export function podEvents(record: RecordEvent, pod: () => Pod): PodEvents {
  const normal = (reason: string, message: string): void =>
    record(pod(), { type: "Normal", reason, message });
  const warning = (reason: string, message: string): void =>
    record(pod(), { type: "Warning", reason, message });
  return {
    created: (container) => normal("Created", `Created container: ${container}`),
    started: (container) => normal("Started", `Started container ${container}`),
    stopping: (container) => normal("Killing", `Stopping container ${container}`),
    restarting: (container, kind) =>
      normal("Killing", `Container ${container} failed ${kind} probe, will be restarted`),
    backingOff: (container) =>
      warning(
        "BackOff",
        `Back-off restarting failed container ${container} in pod ${describePod(pod())}`,
      ),
    notStarted: (why) => warning("Failed", `Error: ${why}`),
    noSandbox: (why) => warning("FailedCreatePodSandBox", `Failed to create pod sandbox: ${why}`),
    notMounted: (why) => warning("FailedMount", why),
    hookFailed: (why) => warning("FailedPreStopHook", `PreStopHook failed: ${why}`),
    probeFailed: (kind, why) => warning("Unhealthy", `${capitalize(kind)} probe failed: ${why}`),
  };
}

function capitalize(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
