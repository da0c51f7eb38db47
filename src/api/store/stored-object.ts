/** What a write makes of an object: which fields are the server's, and when its life ends. */
import { isDeepStrictEqual } from "node:util";
import { ApiError } from "../errors/api-error.ts";
import { type AnyObject, type Kind, qualifiedResource } from "../objects/kinds.ts";

/** @throws ApiError Conflict when `object` was read from another version, or another object of the name. */
export function assertCurrent(kind: Kind, object: AnyObject, previous: AnyObject): void {
  const { name, resourceVersion, uid } = object.metadata;
  const refuse = (why: string): never => {
    throw new ApiError(
      "Conflict",
      `Operation cannot be fulfilled on ${qualifiedResource(kind)} "${name}": ${why}`,
      { object: { kind, name } },
    );
  };
  // An empty text says nothing, as in Go.
  if (uid && uid !== previous.metadata.uid) {
    refuse(
      `the UID in the precondition (${uid}) does not match the UID in record (${previous.metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion && resourceVersion !== previous.metadata.resourceVersion) {
    refuse(
      "the object has been modified; please apply your changes to the latest version and try again",
    );
  }
}

/** What writers cannot change, whatever they send. */
export function withServerFields<T extends AnyObject>(
  object: T,
  { metadata: previous }: AnyObject,
): T {
  const { uid, creationTimestamp, generation, resourceVersion } = previous;
  const { generation: _sent, ...sent } = object.metadata;
  return {
    ...object,
    metadata: {
      ...sent,
      uid,
      creationTimestamp,
      resourceVersion,
      ...(generation !== undefined && { generation }),
    },
  };
}

/** Grows when the spec differs, and when the object's end begins. */
export function nextGeneration(object: AnyObject, previous: AnyObject): number {
  const { generation = 1 } = previous.metadata;
  const isBeingDeleted =
    object.metadata.deletionTimestamp !== undefined &&
    previous.metadata.deletionTimestamp === undefined;
  return isBeingDeleted || !isDeepStrictEqual(specOf(object), specOf(previous))
    ? generation + 1
    : generation;
}

/** True when nothing holds an object that is being deleted any more. A pod with grace left stays until its node has ended it. */
export function lostLastFinalizer(
  { metadata }: AnyObject,
  { metadata: previous }: AnyObject,
): boolean {
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    (previous.finalizers ?? []).length > 0 &&
    (metadata.finalizers ?? []).length === 0
  );
}

/** Everything but metadata and status: what `generation` counts. */
function specOf({ metadata: _metadata, ...rest }: AnyObject): unknown {
  // Not every kind has a status.
  const { status: _status, ...spec } = rest as { status?: unknown };
  return spec;
}

/** Without one, as the storage keeps it. */
export function withVersion<T extends AnyObject>(
  object: T,
  resourceVersion: string | undefined,
): T {
  const { resourceVersion: _former, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: { ...metadata, ...(resourceVersion !== undefined && { resourceVersion }) },
  };
}
