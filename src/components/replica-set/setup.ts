import { orphansOf } from "../../api/controller/claim-objects.ts";
import { Controller, controllerOf, itself, watching } from "../../api/controller/controller.ts";
import type { ControllerContext } from "../../api/controller/controller-context.ts";
import { eventRecorder } from "../../api/controller/event-recorder.ts";
import { matchesSelector } from "../../api/label-selector.ts";
import { keyOf, type ObjectKey } from "../../api/objects/meta.ts";
import type { Pod } from "../../api/objects/pod.ts";
import { controllingOwner } from "../../api/owner.ts";
import type { Store } from "../../api/store/store.ts";
import { reconcileReplicaSet } from "./reconcile.ts";

/** Runs the ReplicaSet controller until it is disposed. */
export function setupReplicaSet({
  store,
  log,
  now = Date.now,
  ...options
}: ControllerContext): Controller {
  const orphans = orphansOf("Pod");
  const record = eventRecorder({ store, component: "replicaset-controller", now });
  return Controller.start(
    store,
    {
      name: "replica-set",
      watches: [
        orphans.watch,
        watching("ReplicaSet", itself),
        watching("Pod", controllerOf("ReplicaSet")),
        watching("Pod", possibleOwners),
      ],
      reconcile: reconcileReplicaSet({ store, orphans, record, now }),
    },
    log,
    options,
  );
}

/** Who might adopt a pod that belongs to nobody. */
function possibleOwners(pod: Pod, store: Store): readonly ObjectKey[] {
  if (controllingOwner(pod) !== undefined) return [];
  return store
    .list("ReplicaSet", pod.metadata.namespace)
    .filter(({ spec }) => matchesSelector(spec.selector, pod.metadata.labels))
    .map(keyOf);
}
