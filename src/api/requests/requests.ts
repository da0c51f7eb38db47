/**
 * Writes to the store as a client of the API makes them: admitted, and refused
 * with the server's errors. Controllers write to the store directly.
 */

import type { UnknownField } from "../decoding/check-schema.ts";
import { isRecord } from "../decoding/check-schema.ts";
import { describeUnknownField } from "../decoding/decode-object.ts";
import { kindSchemas } from "../decoding/kind-schemas.ts";
import { ApiError } from "../errors/api-error.ts";
import { formatFieldErrors, formatFieldPath } from "../errors/field-errors.ts";
import { notFound } from "../errors/not-found.ts";
import {
  type AnyObject,
  groupOf,
  type Kind,
  type KindMap,
  kinds,
  qualifiedResource,
} from "../objects/kinds.ts";
import type { ObjectKey } from "../objects/meta.ts";
import { applyConfiguration } from "../patch/apply-configuration.ts";
import { applyWritten } from "../patch/apply-written.ts";
import { assertDeclared } from "../patch/assert-declared.ts";
import { trackUpdate, type Writing } from "../patch/track-update.ts";
import type { Store } from "../store/store.ts";
import { assertCurrent } from "../store/stored-object.ts";
import {
  type AdmissionOptions,
  identify,
  kindsWithStatus,
  type NoteWriter,
  type Prepared,
  prepareCreate,
  prepareStatusUpdate,
  prepareUpdate,
} from "./admission.ts";
import { type DeletionOptions, requestDeletion } from "./deletion.ts";

export interface RequestOptions extends AdmissionOptions {
  /** What to do about fields that the API does not have. @default "Warn" */
  readonly fieldValidation?: "Ignore" | "Strict" | "Warn";
  /** Answers as if it were done, and does not do it. */
  readonly dryRun?: boolean;
  /** Who writes, for the object's `managedFields`. Absent, nobody notes it down. */
  readonly fieldManager?: string;
  /** The part that is written, where it is not the object itself: `scale`. */
  readonly subresource?: string;
}

export interface Written {
  readonly object: AnyObject;
  /** Sentences to show, such as `unknown field "spec.replica", did you mean "replicas"?` */
  readonly warnings: readonly string[];
}

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

/**
 * Server-side apply: lays `configuration` over what is there, or creates it.
 * See {@link applyConfiguration}.
 *
 * @throws ApiError Conflict when it would change what another manager owns; Unknown for fields that there are not; and
 *   as creating and updating do.
 */
export function applyOwnedFields(
  store: Store,
  configuration: Readonly<Record<string, unknown>>,
  { force = false, fieldManager, subresource, ...options }: ApplyOptions,
): Written & { readonly isNew: boolean } {
  const live = find(store, configuration, options);
  const identity = identify(configuration, options);
  if (identity === undefined) {
    throw unreadable(configuration, formatFieldErrors(prepareCreate(configuration).errors));
  }
  const { kind, key } = identity;
  assertDeclared(configuration, kind, key);
  const input = applyConfiguration(live && looseOf(live), configuration, {
    schema: kindSchemas[kind],
    ...writingOf(kind, fieldManager, "Apply", subresource),
    now: store.timestamp(),
    force,
    object: { kind, name: key.name },
  });
  const write =
    live === undefined
      ? createObject
      : subresource === "status"
        ? updateObjectStatus
        : updateObject;
  return { ...write(store, input, options), isNew: live === undefined };
}

export interface ApplyOptions extends RequestOptions {
  readonly fieldManager: string;
  /** Takes fields of others instead of refusing. */
  readonly force?: boolean;
}

/** What `kubectl apply` says of an object. */
export type ApplyOutcome = "configured" | "created" | "unchanged";

/**
 * As `kubectl apply` on the client's side: creates, or makes so what the author wrote, takes away what was applied before
 * and is written no more, and leaves alone what others have added.
 *
 * @param input what was written, or an object that {@link asApplied} has told of it.
 * @throws ApiError as creating and updating do: Invalid where an object may not become what is written.
 */
export function applyObject(
  store: Store,
  input: unknown,
  options: RequestOptions = {},
): Written & { readonly outcome: ApplyOutcome } {
  const live = find(store, input, options);
  if (live === undefined || !isRecord(input)) {
    return { ...createObject(store, input, options), outcome: "created" };
  }
  const merged = applyWritten(looseOf(live), input, kindSchemas[live.kind]);
  const written = updateObject(store, merged, options);
  return { ...written, outcome: written.object === live ? "unchanged" : "configured" };
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

/** `options` with what notes down that `fieldManager` writes. */
function noting(store: Store, options: RequestOptions): RequestOptions {
  const { fieldManager, subresource } = options;
  if (fieldManager === undefined) return options;
  const note: NoteWriter = (object, previous) => {
    const managedFields = trackUpdate(previous && looseOf(previous), looseOf(object), {
      schema: kindSchemas[object.kind],
      ...writingOf(object.kind, fieldManager, "Update", subresource),
      now: store.timestamp(),
    });
    return { ...object, metadata: { ...object.metadata, managedFields } };
  };
  return { ...options, note };
}

function writingOf(
  kind: Kind,
  manager: string,
  operation: "Apply" | "Update",
  subresource: string | undefined,
): Pick<Writing, "manager" | "part"> {
  const { apiVersion } = kinds[kind];
  return {
    manager: { manager, operation, apiVersion, ...(subresource && { subresource }) },
    part: subresource === "status" ? "status" : kindsWithStatus.has(kind) ? "main" : "all",
  };
}

function looseOf(object: AnyObject): Readonly<Record<string, unknown>> {
  // An object of the store is plain data with string keys.
  return object as unknown as Readonly<Record<string, unknown>>;
}

function find(store: Store, input: unknown, options: RequestOptions): AnyObject | undefined {
  const identity = identify(input, options);
  return identity && store.get(identity.kind, identity.key);
}

function stored(store: Store, input: unknown, options: RequestOptions): AnyObject {
  const identity = identify(input, options);
  if (identity === undefined) {
    // What cannot be read has at least one error to say so.
    throw unreadable(input, formatFieldErrors(prepareCreate(input).errors));
  }
  const previous = store.get(identity.kind, identity.key);
  if (previous === undefined) throw notFound(identity.kind, identity.key.name);
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

function accepted(input: unknown, ready: Prepared, { fieldValidation }: RequestOptions): AnyObject {
  if (fieldValidation === "Strict" && ready.unknownFields.length > 0) {
    const fields = ready.unknownFields.map(
      ({ path }) => `unknown field ${JSON.stringify(formatFieldPath(path))}`,
    );
    throw unreadable(input, `strict decoding error: ${fields.join(", ")}`);
  }
  if (ready.object !== undefined) return ready.object;
  if (ready.isUnreadable === true) throw unreadable(input, formatFieldErrors(ready.errors));
  throw invalidObject(input, ready);
}

/** What the server answers to an object whose fields make no sense, with each fault as a cause. */
function invalidObject(input: unknown, { errors, hint }: Prepared): ApiError {
  // It was decoded, so it has a known kind.
  const { kind, metadata } = input as AnyObject;
  const group = groupOf(kind);
  const qualified = group === "" ? kind : `${kind}.${group}`;
  const name = metadata?.name ?? "";
  return new ApiError(
    "Invalid",
    `${qualified} ${JSON.stringify(name)} is invalid: ${formatFieldErrors(errors)}`,
    { object: { kind, name }, causes: errors, hint },
  );
}

function unreadable(input: unknown, why: string): ApiError {
  const { apiVersion, kind } = isRecord(input) ? input : {};
  const version = String(apiVersion).split("/").at(-1);
  return new ApiError(
    "BadRequest",
    typeof kind === "string"
      ? `${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`
      : why,
  );
}

function assertNamespaceOpen(store: Store, { kind, metadata }: AnyObject): void {
  const { namespace = "", name } = metadata;
  if (!kinds[kind].namespaced) return;
  const found = store.get("Namespace", { namespace: "", name: namespace });
  if (found === undefined) throw notFound("Namespace", namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  throw new ApiError(
    "Forbidden",
    `${qualifiedResource(kind)} ${JSON.stringify(name)} is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    { object: { kind, name } },
  );
}

function warningsOf(
  unknownFields: readonly UnknownField[],
  { fieldValidation }: RequestOptions,
): readonly string[] {
  return fieldValidation === "Ignore" ? [] : unknownFields.map(describeUnknownField);
}
