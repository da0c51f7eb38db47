/** Does what had to be started again last longer than before? Pure: reads objects. */
import type { Pod } from "../../../api/objects/pod.ts";
import type { Store } from "../../../api/store/store.ts";
import { isUnasked } from "./programs-begun.ts";

/** The API's times are whole seconds: each may have been almost one later. */
const ROUNDING_MS = 2_000;

/**
 * Whether every container that ended before has run for longer now than it did then. One that is asked by a probe need
 * not: it has said itself that it is ready.
 */
export function haveOutlived(store: Store, nowMs: number): boolean {
  return store.list("Pod").every((pod) => outlivesAtMs(pod).every((atMs) => atMs <= nowMs));
}

function outlivesAtMs({ spec, status }: Pod): readonly number[] {
  const unasked = new Set(spec.containers.filter(isUnasked).map(({ name }) => name));
  return (status?.containerStatuses ?? []).flatMap(({ name, state, lastState }) => {
    const { startedAt } = state.running ?? {};
    const { startedAt: formerStart, finishedAt } = lastState.terminated ?? {};
    if (startedAt === undefined || formerStart === undefined || finishedAt === undefined) return [];
    const lastedMs = Date.parse(finishedAt) - Date.parse(formerStart);
    return unasked.has(name) ? Date.parse(startedAt) + lastedMs + ROUNDING_MS : [];
  });
}
