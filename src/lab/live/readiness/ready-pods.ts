import { isPodReady } from "../../../api/pods/pod-state.ts";
import type { Store } from "../../../api/store/store.ts";
import type { Emit } from "../../../observe/event.ts";

/** Tells of each pod once, when it is ready for the first time; until the result is called. */
export function tellReadyPods(store: Store, startedAt: number, emit: Emit): () => void {
  const seen = new Set<string>();
  return store.watch("Pod", ({ object }) => {
    const { metadata, spec, status } = object;
    const { uid = "", namespace = "", name: pod } = metadata;
    if (!isPodReady(object) || seen.has(uid)) return;
    seen.add(uid);
    const { nodeName: node = "" } = spec;
    const afterMs = performance.now() - startedAt;
    emit({ type: "pod-ready", namespace, pod, node, podIP: status?.podIP ?? "", afterMs });
  });
}
