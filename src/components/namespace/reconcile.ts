import type { Reconcile } from "../../api/controller/reconcile.ts";
import type { Namespace } from "../../api/objects/cluster.ts";
import { type Kind, qualifiedResource } from "../../api/objects/kinds.ts";
import { type Condition, keyOf } from "../../api/objects/meta.ts";
import {
  namespacedKinds,
  namespaceFinalizer,
  requestDeletion,
} from "../../api/requests/deletion.ts";
import type { Store } from "../../api/store/store.ts";

/** Empties a namespace that is being deleted, and lets it go once it is empty. */
export function reconcileNamespace(store: Store): Reconcile {
  return (key) => {
    const namespace = store.get("Namespace", key);
    if (namespace?.metadata.deletionTimestamp === undefined) return {};
    for (const kind of namespacedKinds) {
      for (const object of store.list(kind, key.name)) {
        // Asking twice for what is on its way would cost a pod its grace's beginning.
        if (object.metadata.deletionTimestamp === undefined) {
          requestDeletion(store, kind, keyOf(object));
        }
      }
    }
    const remaining = namespacedKinds
      .map((kind) => ({ kind, objects: store.list(kind, key.name) }))
      .filter(({ objects }) => objects.length > 0);
    if (remaining.length === 0) finish(store, namespace);
    else store.update(withConditions(store, namespace, remaining));
    return {};
  };
}

function finish(store: Store, namespace: Namespace): void {
  const finalizers = (namespace.spec?.finalizers ?? []).filter(
    (finalizer) => finalizer !== namespaceFinalizer,
  );
  // Somebody else's finalizer still holds it.
  if (finalizers.length > 0)
    store.update({ ...namespace, spec: { ...namespace.spec, finalizers } });
  else store.remove("Namespace", keyOf(namespace));
}

interface Remaining {
  readonly kind: Kind;
  readonly objects: ReadonlyArray<{
    readonly metadata: { readonly finalizers?: readonly string[] };
  }>;
}

function withConditions(
  store: Store,
  namespace: Namespace,
  remaining: readonly Remaining[],
): Namespace {
  const counts = remaining.map(
    ({ kind, objects }) => `${resourceDot(kind)} has ${objects.length} resource instances`,
  );
  const finalizers = new Map<string, number>();
  for (const { metadata } of remaining.flatMap(({ objects }) => objects)) {
    for (const each of metadata.finalizers ?? []) {
      finalizers.set(each, (finalizers.get(each) ?? 0) + 1);
    }
  }
  const held = [...finalizers].map(([each, count]) => `${each} in ${count} resource instances`);
  const conditions = [
    condition(store, namespace, {
      type: "NamespaceContentRemaining",
      status: "True",
      reason: "SomeResourcesRemain",
      message: `Some resources are remaining: ${counts.join(", ")}`,
    }),
    condition(store, namespace, {
      type: "NamespaceFinalizersRemaining",
      ...(held.length === 0
        ? {
            status: "False",
            reason: "ContentHasNoFinalizers",
            message: "All content-preserving finalizers finished",
          }
        : {
            status: "True",
            reason: "SomeFinalizersRemain",
            message: `Some content in the namespace has finalizers remaining: ${held.join(", ")}`,
          }),
    }),
  ];
  return { ...namespace, status: { ...namespace.status, conditions } };
}

/** `pods.`, `deployments.apps`: how the server names a resource in these messages. */
function resourceDot(kind: Kind): string {
  const name = qualifiedResource(kind);
  return name.includes(".") ? name : `${name}.`;
}

/** With the time of its last change: now, unless its status is what it was. */
function condition(store: Store, { status }: Namespace, next: Condition): Condition {
  const before = status?.conditions?.find(({ type }) => type === next.type);
  const isSame = before?.status === next.status && before.lastTransitionTime !== undefined;
  return { ...next, lastTransitionTime: isSame ? before.lastTransitionTime : store.timestamp() };
}
