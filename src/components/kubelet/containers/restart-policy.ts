import type { PodSpec } from "../../../api/objects/pod.ts";
import type { ContainerRecord } from "./container-record.ts";

export type RestartPolicy = NonNullable<PodSpec["restartPolicy"]>;

/** Has ended and will not be started again. */
export function isEndedForGood({ role, run }: ContainerRecord, policy: RestartPolicy): boolean {
  if (run.type !== "ended" || role === "sidecar") return false;
  const hasSucceeded = run.end.exitCode === 0;
  if (role === "init" && hasSucceeded) return true;
  switch (policy) {
    case "Always":
      // An init container that fails is tried again; one that succeeds is not.
      return false;
    case "OnFailure":
      return hasSucceeded;
    case "Never":
      return true;
  }
}
