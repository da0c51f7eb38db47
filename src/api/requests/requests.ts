/**
 * Writes to the store as a client of the API makes them: admitted, and refused
 * with the server's errors. Controllers write to the store directly.
 */
import { isRecord } from "../decoding/check-schema.ts";
import { ApiError } from "../errors/api-error.ts";
import { notFound } from "../errors/not-found.ts";
import type { AnyObject, Kind, KindMap } from "../objects/kinds.ts";
import type { ObjectKey } from "../objects/meta.ts";
import type { Store } from "../store/store.ts";
import { assertCurrent } from "../store/stored-object.ts";
import { prepareCreate, prepareStatusUpdate, prepareUpdate } from "./admission.ts";
import { type DeletionOptions, requestDeletion } from "./deletion.ts";
import { noting } from "./field-manager.ts";
import { accepted, assertNamespaceOpen, identifyOrRefuse, warningsOf } from "./refusals.ts";
import type { RequestOptions, Written } from "./request-options.ts";

/**
 * @throws ApiError BadRequest, Invalid, AlreadyExists; NotFound when the
 *   namespace does not exist; Forbidden when it is being deleted.
 */
export function createObject(store: Store, input: unknown, options: RequestOptions = {}): Written {
  const ready = prepareCreate(input, noting(store, options));
  const object = accepted(input, ready, options);
  assertNamespaceOpen(store, object);
  return {
    object: store.create(object, options),
    warnings: warningsOf(ready.unknownFields, options),
  };
}

/** @throws ApiError BadRequest, Invalid, NotFound, Conflict. */
export function updateObject(store: Store, input: unknown, options: RequestOptions = {}): Written {
  const previous = stored(store, input, options);
  assertRead(input, previous);
  const ready = prepareUpdate(input, previous, noting(store, options));
  const object = accepted(input, ready, options);
  return {
    object: store.update(object, options),
    warnings: warningsOf(ready.unknownFields, options),
  };
}

/** Writes the status alone. @throws ApiError BadRequest, NotFound, Conflict. */
export function updateObjectStatus(
  store: Store,
  input: unknown,
  options: RequestOptions = {},
): Written {
  const previous = stored(store, input, options);
  const ready = prepareStatusUpdate(
    input,
    previous,
    noting(store, { ...options, subresource: "status" }),
  );
  const object = accepted(input, ready, options);
  return {
    object: store.update(object, options),
    warnings: warningsOf(ready.unknownFields, options),
  };
}

/** Without these no cluster works. */
const immortalNamespaces: ReadonlySet<string> = new Set(["default", "kube-public", "kube-system"]);

/**
 * Asks for the end of an object; see {@link requestDeletion} for what becomes of it.
 *
 * @returns the object as it is now, or as it was last.
 * @throws ApiError NotFound; Forbidden for a namespace that may not be deleted.
 */
export function deleteObject<K extends Kind>(
  store: Store,
  kind: K,
  key: ObjectKey,
  options: DeletionOptions = {},
): KindMap[K] {
  if (kind === "Namespace" && immortalNamespaces.has(key.name)) {
    throw new ApiError(
      "Forbidden",
      `namespaces "${key.name}" is forbidden: this namespace may not be deleted`,
      { object: { kind, name: key.name } },
    );
  }
  const object = requestDeletion(store, kind, key, options);
  if (object === undefined) throw notFound(kind, key.name);
  return object;
}

function stored(store: Store, input: unknown, options: RequestOptions): AnyObject {
  const { kind, key } = identifyOrRefuse(input, options);
  const previous = store.get(kind, key);
  if (previous === undefined) throw notFound(kind, key.name);
  return previous;
}

/** That the writer has seen what is there comes before all rules. @throws ApiError Conflict. */
function assertRead(input: unknown, previous: AnyObject): void {
  const { metadata } = isRecord(input) ? input : {};
  const { resourceVersion, uid } = isRecord(metadata) ? metadata : {};
  const claimed = {
    ...previous.metadata,
    ...(typeof resourceVersion === "string" && { resourceVersion }),
    ...(typeof uid === "string" && { uid }),
  };
  assertCurrent(previous.kind, { ...previous, metadata: claimed }, previous);
}
