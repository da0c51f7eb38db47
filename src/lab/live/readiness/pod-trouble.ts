/** What keeps a pod from being made. Its status says only that its containers are not ready; kubelet says why in Events. */
import type { Event } from "../../../api/objects/cluster.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import type { Store } from "../../../api/store/store.ts";
import type { Emit } from "../../../observe/event.ts";

/** What kubelet tried for a pod and could not do, before any of its containers. */
const reasons: ReadonlySet<string> = new Set(["FailedCreatePodSandBox", "FailedMount"]);

/** Kubelet's last complaint about the pod, word for word. */
export function podTrouble(store: Store, { metadata, status }: Pod): string | undefined {
  // With its address a pod has its network and its volumes: either complaint has been overcome.
  if (status?.podIP !== undefined) return undefined;
  const about = store
    .list("Event", metadata.namespace)
    .filter(
      ({ reason, involvedObject }) => reasons.has(reason) && involvedObject.uid === metadata.uid,
    );
  return about.sort(byTime).at(-1)?.message;
}

/** What is told at once, for it seldom mends itself, and what has none then: a program that does not start is started again, and then not. */
const hardly: ReadonlyMap<string, "network" | "program"> = new Map([
  ["FailedCreatePodSandBox", "network"],
  ["Failed", "program"],
  ["BackOff", "program"],
]);

/**
 * Warns of the first pod on each node that gets no network, or whose program does not start or go on, while people wait for it;
 * until the result is called.
 */
export function tellPodTrouble(store: Store, emit: Emit): () => void {
  const told = new Set<string>();
  return store.watch("Event", ({ object }) => {
    const { reason, message, involvedObject, source } = object;
    const lack = hardly.get(reason);
    const first = `${lack} ${source?.host ?? ""}`;
    if (source?.component !== "kubelet" || lack === undefined || told.has(first)) return;
    told.add(first);
    const { namespace = "", name } = involvedObject;
    emit({ type: "warning", message: `pod ${namespace}/${name}: ${message}` });
  });
}

function byTime(one: Event, other: Event): number {
  return (one.lastTimestamp ?? "").localeCompare(other.lastTimestamp ?? "");
}
