/** The orderly end of a namespace. After Kubernetes' pkg/controller/namespace. */
import type { Namespace } from "../../api/cluster.ts";
import { namespacedKinds, namespaceFinalizer, requestDeletion } from "../../api/deletion.ts";
import { keyOf } from "../../api/meta.ts";
import type { Reconcile } from "../../api/reconcile.ts";
import type { Store } from "../../api/store.ts";

/** Deletes what is in a Terminating namespace, and then the namespace. */
export function endNamespace(store: Store): Reconcile {
  return (key) => {
    const namespace = store.get("Namespace", key);
    if (namespace?.metadata.deletionTimestamp === undefined) return {};
    deleteContent(key.name, store);
    const isEmpty = namespacedKinds.every((kind) => store.list(kind, key.name).length === 0);
    if (isEmpty) release(namespace, store);
    return {};
  };
}

function deleteContent(name: string, store: Store): void {
  for (const kind of namespacedKinds) {
    for (const object of store.list(kind, name)) {
      if (object.metadata.deletionTimestamp === undefined) {
        requestDeletion(store, kind, keyOf(object));
      }
    }
  }
}

function release(namespace: Namespace, store: Store): void {
  const finalizers = namespace.spec?.finalizers ?? [];
  const left = finalizers.filter((each) => each !== namespaceFinalizer);
  if (left.length > 0) {
    store.update<"Namespace">({ ...namespace, spec: { ...namespace.spec, finalizers: left } });
  } else {
    store.remove("Namespace", keyOf(namespace));
  }
}
