import { findCondition } from "../../../api/conditions.ts";
import type { Pod } from "../../../api/objects/pod.ts";

/** Why a pod is not ready, in the API's words. */
export function podReason({ metadata, status, spec }: Pod): string {
  if (metadata.deletionTimestamp !== undefined) return "Terminating";
  const waiting = (status?.containerStatuses ?? []).flatMap(({ state, lastState }) =>
    state.waiting === undefined ? [] : [{ ...state.waiting, last: lastState.terminated?.message }],
  );
  const [first] = waiting.filter(({ reason }) => reason !== "ContainerCreating");
  if (first !== undefined) {
    return [first.reason, first.message, first.last].filter(Boolean).join(": ");
  }
  const ended = (status?.containerStatuses ?? []).find(({ state }) => state.terminated?.exitCode);
  if (status?.phase === "Failed" && ended !== undefined) {
    const { exitCode, reason } = ended.state.terminated ?? {};
    return `container ${ended.name} ended with exit status ${exitCode} (${reason})`;
  }
  const scheduled = findCondition(status?.conditions, "PodScheduled");
  if (spec.nodeName === undefined) return scheduled?.message ?? "not scheduled yet";
  const ready = findCondition(status?.conditions, "Ready");
  return ready?.message ?? status?.phase ?? "Pending";
}
