import { orphansOf } from "../../api/controller/claim-objects.ts";
import { Controller, itself, watching } from "../../api/controller/controller.ts";
import type { ControllerContext } from "../../api/controller/controller-context.ts";
import { eventRecorder } from "../../api/controller/event-recorder.ts";
import { keyOf, type ObjectKey } from "../../api/objects/meta.ts";
import type { Pod } from "../../api/objects/pod.ts";
import type { Store } from "../../api/store/store.ts";
import { ordinalOf } from "./identity.ts";
import { reconcileStatefulSet } from "./reconcile.ts";

/** Runs the StatefulSet controller until it is disposed. */
export function setupStatefulSet({
  store,
  log,
  now = Date.now,
  ...options
}: ControllerContext): Controller {
  const orphans = orphansOf("Pod");
  const record = eventRecorder({ store, component: "statefulset-controller", now });
  return Controller.start(
    store,
    {
      name: "stateful-set",
      watches: [orphans.watch, watching("StatefulSet", itself), watching("Pod", sameName)],
      reconcile: reconcileStatefulSet({ store, orphans, record, now }),
    },
    log,
    options,
  );
}

/** Whose number the pod has, be it owned, to be adopted, or in the way. */
function sameName(pod: Pod, store: Store): readonly ObjectKey[] {
  const base = /^(.*)-\d+$/.exec(pod.metadata.name)?.[1];
  if (base === undefined) return [];
  const set = store.get("StatefulSet", { namespace: pod.metadata.namespace ?? "", name: base });
  return set === undefined || ordinalOf(set, pod) === undefined ? [] : [keyOf(set)];
}
