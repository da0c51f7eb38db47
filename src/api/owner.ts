/** Owner references: who made an object, and so with whom it goes. */
import { matchesSelector } from "./label-selector.ts";
import type { KubeObject, LabelSelector, OwnerReference } from "./objects/meta.ts";

/** The reference that a controller puts on what it makes. */
export function controllerReference({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  const { name, uid = "" } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The one reference that says who manages the object; others only tie its life to theirs. */
export function controllingOwner({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

export type Claim = "keep" | "adopt" | "release" | "ignore";

/**
 * What a controller does with an object of the kind it manages: it keeps what is
 * its own and matches, lets go what no longer matches, and takes over what
 * matches and belongs to nobody. A controller that is being deleted takes and
 * releases nothing.
 */
export function claimOf(
  object: KubeObject,
  owner: KubeObject,
  selector: LabelSelector | undefined,
): Claim {
  const isEnding = owner.metadata.deletionTimestamp !== undefined;
  const matches = matchesSelector(selector, object.metadata.labels);
  const current = controllingOwner(object);
  if (current !== undefined) {
    if (current.uid !== owner.metadata.uid) return "ignore";
    if (matches) return "keep";
    return isEnding ? "ignore" : "release";
  }
  const isFree = object.metadata.deletionTimestamp === undefined;
  return matches && isFree && !isEnding ? "adopt" : "ignore";
}

export function adopted<T extends KubeObject>(object: T, owner: KubeObject): T {
  const { ownerReferences = [] } = object.metadata;
  const others = ownerReferences.filter(({ uid }) => uid !== owner.metadata.uid);
  return withOwners(object, [...others, controllerReference(owner)]);
}

/** `object` without its references to the owner of `uid`. */
export function disowned<T extends KubeObject>(object: T, uid: string): T {
  const { ownerReferences = [] } = object.metadata;
  return withOwners(
    object,
    ownerReferences.filter((owner) => owner.uid !== uid),
  );
}

function withOwners<T extends KubeObject>(object: T, owners: readonly OwnerReference[]): T {
  const { ownerReferences: _previous, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: owners.length === 0 ? metadata : { ...metadata, ownerReferences: owners },
  };
}
