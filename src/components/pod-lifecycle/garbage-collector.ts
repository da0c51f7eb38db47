/** What becomes of an object when its owners go. After Kubernetes' pkg/controller/garbagecollector. */

import type { Reconcile } from "../../api/controller/reconcile.ts";
import { type AnyObject, isKind, type Kind, kinds } from "../../api/objects/kinds.ts";
import { keyOf, type OwnerReference } from "../../api/objects/meta.ts";
import { disowned } from "../../api/owner.ts";
import {
  foregroundFinalizer,
  orphanFinalizer,
  requestDeletion,
  withFinalizers,
} from "../../api/requests/deletion.ts";
import type { Store } from "../../api/store/store.ts";
import { parseObjectKey } from "./object-key.ts";

/** Looks at one object, named by {@link formatObjectKey}: as an owner that ends, or as something owned. */
export function collectGarbage(store: Store): Reconcile {
  return (key) => {
    const { kind, key: objectKey } = parseObjectKey(key);
    const object = store.get(kind, objectKey);
    if (object === undefined) return {};
    const { finalizers = [], deletionTimestamp } = object.metadata;
    if (deletionTimestamp !== undefined && finalizers.includes(orphanFinalizer)) {
      orphanDependents(object, store);
    } else if (deletionTimestamp !== undefined && finalizers.includes(foregroundFinalizer)) {
      deleteDependents(object, store);
    } else if (deletionTimestamp === undefined) {
      deleteIfAbandoned(object, store);
    }
    return {};
  };
}

/** All that names the object as an owner. */
export function dependentsOf({ metadata }: AnyObject, store: Store): readonly AnyObject[] {
  const { uid } = metadata;
  return uid === undefined ? [] : allKinds.flatMap((kind) => store.listOwnedBy(kind, uid));
}

// Object.keys loses the key type of a constant table.
export const allKinds: readonly Kind[] = Object.keys(kinds) as Kind[];

function orphanDependents(owner: AnyObject, store: Store): void {
  const { uid = "" } = owner.metadata;
  for (const dependent of dependentsOf(owner, store)) store.update(disowned(dependent, uid));
  dropFinalizer(owner, orphanFinalizer, store);
}

function deleteDependents(owner: AnyObject, store: Store): void {
  for (const dependent of dependentsOf(owner, store)) {
    if (dependent.metadata.deletionTimestamp !== undefined) continue;
    // What has dependents of its own goes after them, in its turn.
    const propagationPolicy =
      dependentsOf(dependent, store).length > 0 ? "Foreground" : "Background";
    requestDeletion(store, dependent.kind, keyOf(dependent), { propagationPolicy });
  }
  const isBlocked = dependentsOf(owner, store).some((dependent) => blocks(dependent, owner));
  if (!isBlocked) dropFinalizer(owner, foregroundFinalizer, store);
}

function blocks({ metadata }: AnyObject, owner: AnyObject): boolean {
  return (metadata.ownerReferences ?? []).some(
    ({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion === true,
  );
}

function deleteIfAbandoned(object: AnyObject, store: Store): void {
  const { ownerReferences = [], namespace = "" } = object.metadata;
  if (ownerReferences.length === 0) return;
  const gone = ownerReferences.filter((owner) => isGone(owner, namespace, store));
  if (gone.length === ownerReferences.length) {
    requestDeletion(store, object.kind, keyOf(object));
    return;
  }
  let kept = object;
  for (const { uid } of gone) kept = disowned(kept, uid);
  if (kept !== object) store.update(kept);
}

/** An owner of a kind that is not kept here cannot be known to be gone. */
function isGone(owner: OwnerReference, namespace: string, store: Store): boolean {
  const { kind, name, uid } = owner;
  if (!isKind(kind)) return false;
  const key = { namespace: kinds[kind].namespaced ? namespace : "", name };
  return store.get(kind, key)?.metadata.uid !== uid;
}

/** The store ends the object with its last finalizer. */
function dropFinalizer(object: AnyObject, finalizer: string, store: Store): void {
  store.patch(object.kind, keyOf(object), (current) => {
    const { finalizers = [] } = current.metadata;
    const left = finalizers.filter((each) => each !== finalizer);
    return { ...current, metadata: withFinalizers(current.metadata, left) };
  });
}
