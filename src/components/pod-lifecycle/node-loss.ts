/** Pods of a node that is gone. After Kubernetes' pkg/controller/podgc. */

import type { Reconcile } from "../../api/controller/reconcile.ts";
import { keyOf } from "../../api/objects/meta.ts";
import { requestDeletion } from "../../api/requests/deletion.ts";
import type { Store } from "../../api/store/store.ts";

/** Removes the pods of the node that the key names, if there is no such node. */
export function removeLostPods(store: Store): Reconcile {
  return (key) => {
    if (store.get("Node", key) !== undefined) return {};
    for (const pod of store.list("Pod")) {
      if (pod.spec.nodeName !== key.name) continue;
      // Nobody is left who could end it in time.
      requestDeletion(store, "Pod", keyOf(pod), { gracePeriodSeconds: 0 });
    }
    return {};
  };
}
