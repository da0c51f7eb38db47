import { matchesSelector } from "../label-selector.ts";
import { keyOf, type ObjectKey } from "../objects/meta.ts";
import type { Pod } from "../objects/pod.ts";
import { controllingOwner } from "../owner.ts";
import type { Store } from "../store/store.ts";

/** For a controller's watch of pods: who of `kind` might adopt a pod that belongs to nobody. */
export function possibleOwners(
  kind: "DaemonSet" | "ReplicaSet",
): (pod: Pod, store: Store) => readonly ObjectKey[] {
  return (pod, store) => {
    if (controllingOwner(pod) !== undefined) return [];
    return store
      .list(kind, pod.metadata.namespace)
      .filter(({ spec }) => matchesSelector(spec.selector, pod.metadata.labels))
      .map(keyOf);
  };
}
