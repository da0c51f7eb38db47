import { orphansOf } from "../../api/controller/claim-objects.ts";
import { Controller, controllerOf, itself, watching } from "../../api/controller/controller.ts";
import type { ControllerContext } from "../../api/controller/controller-context.ts";
import { eventRecorder } from "../../api/controller/event-recorder.ts";
import { possibleOwners } from "../../api/controller/possible-owners.ts";
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
        watching("Pod", possibleOwners("ReplicaSet")),
      ],
      reconcile: reconcileReplicaSet({ store, orphans, record, now }),
    },
    log,
    options,
  );
}
