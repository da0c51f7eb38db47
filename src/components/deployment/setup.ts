import { orphansOf } from "../../api/controller/claim-objects.ts";
import { Controller, controllerOf, itself, watching } from "../../api/controller/controller.ts";
import type { ControllerContext } from "../../api/controller/controller-context.ts";
import { eventRecorder } from "../../api/controller/event-recorder.ts";
import { matchesSelector } from "../../api/label-selector.ts";
import { keyOf, type ObjectKey } from "../../api/objects/meta.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { ReplicaSet } from "../../api/objects/workload.ts";
import { controllingOwner } from "../../api/owner.ts";
import type { Store } from "../../api/store/store.ts";
import { reconcileDeployment } from "./reconcile.ts";
import { isRollingUpdate } from "./replica-counts.ts";

/** Runs the Deployment controller until it is disposed. */
export function setupDeployment({
  store,
  log,
  now = Date.now,
  ...options
}: ControllerContext): Controller {
  const orphans = orphansOf("ReplicaSet");
  const record = eventRecorder({ store, component: "deployment-controller", now });
  return Controller.start(
    store,
    {
      name: "deployment",
      watches: [
        orphans.watch,
        watching("Deployment", itself),
        watching("ReplicaSet", controllerOf("Deployment")),
        watching("ReplicaSet", possibleOwners),
        watching("Pod", waitingForTheLastPod),
      ],
      reconcile: reconcileDeployment({ store, orphans, record, now }),
    },
    log,
    options,
  );
}

/** Who might adopt a ReplicaSet that belongs to nobody. */
function possibleOwners(replicaSet: ReplicaSet, store: Store): readonly ObjectKey[] {
  if (controllingOwner(replicaSet) !== undefined) return [];
  return store
    .list("Deployment", replicaSet.metadata.namespace)
    .filter(({ spec }) => matchesSelector(spec.selector, replicaSet.metadata.labels))
    .map(keyOf);
}

/** Recreate waits for pods that no ReplicaSet counts any more; no other Deployment looks at pods. */
function waitingForTheLastPod(pod: Pod, store: Store): readonly ObjectKey[] {
  const { namespace = "" } = pod.metadata;
  const owner = controllingOwner(pod);
  if (owner?.kind !== "ReplicaSet") return [];
  const replicaSet = store.get("ReplicaSet", { namespace, name: owner.name });
  if (replicaSet === undefined) return [];
  return controllerOf("Deployment")(replicaSet).filter((key) => {
    const deployment = store.get("Deployment", key);
    return deployment !== undefined && !isRollingUpdate(deployment);
  });
}
