/** What kubelet tells people about a pod, word for word. */

import type { RecordEvent } from "../../../api/controller/event-recorder.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import { capitalize } from "../../../base/words.ts";
import type { HookKind } from "../containers/container-runner.ts";
import type { ProbeKind } from "../probe/probe-state.ts";
import { describePod } from "../status/container-status.ts";

export interface PodEvents {
  /** Its image, which nobody had to fetch. */
  readonly pulled: (container: string) => void;
  readonly created: (container: string) => void;
  readonly started: (container: string) => void;
  readonly stopping: (container: string) => void;
  readonly restarting: (container: string, kind: ProbeKind) => void;
  readonly backingOff: (container: string) => void;
  readonly notStarted: (container: string, why: string) => void;
  readonly noSandbox: (why: string) => void;
  readonly notMounted: (why: string) => void;
  readonly hookFailed: (container: string, hook: HookKind, why: string) => void;
  readonly probeFailed: (container: string, kind: ProbeKind, why: string) => void;
}

/** @param pod as it is at the time. */
export function podEvents(record: RecordEvent, pod: () => Pod): PodEvents {
  const say = (
    type: "Normal" | "Warning",
    reason: string,
    message: string,
    container?: string,
  ): void => {
    const part = container === undefined ? {} : { fieldPath: fieldPathOf(pod(), container) };
    record(pod(), { type, reason, message, ...part });
  };
  return {
    pulled: (container) => {
      const image = imageOf(pod(), container);
      say("Normal", "Pulled", `Container image "${image}" already present on machine`, container);
    },
    created: (container) => say("Normal", "Created", `Created container: ${container}`, container),
    started: (container) => say("Normal", "Started", `Started container ${container}`, container),
    stopping: (container) => say("Normal", "Killing", `Stopping container ${container}`, container),
    restarting: (container, kind) => {
      const message = `Container ${container} failed ${kind} probe, will be restarted`;
      say("Normal", "Killing", message, container);
    },
    backingOff: (container) => {
      const message = `Back-off restarting failed container ${container} in pod ${describePod(pod())}`;
      say("Warning", "BackOff", message, container);
    },
    notStarted: (container, why) => say("Warning", "Failed", `Error: ${why}`, container),
    noSandbox: (why) =>
      say("Warning", "FailedCreatePodSandBox", `Failed to create pod sandbox: ${why}`),
    notMounted: (why) => say("Warning", "FailedMount", why),
    hookFailed: (container, hook, why) => {
      const name = `${capitalize(hook)}Hook`;
      say("Warning", `Failed${name}`, `${name} failed: ${why}`, container);
    },
    probeFailed: (container, kind, why) =>
      say("Warning", "Unhealthy", `${capitalize(kind)} probe failed: ${why}`, container),
  };
}

/** `spec.initContainers{setup}` */
function fieldPathOf({ spec: { initContainers = [] } }: Pod, container: string): string {
  const isInit = initContainers.some(({ name }) => name === container);
  return `spec.${isInit ? "initContainers" : "containers"}{${container}}`;
}

function imageOf({ spec: { containers, initContainers = [] } }: Pod, container: string): string {
  return [...containers, ...initContainers].find(({ name }) => name === container)?.image ?? "";
}
