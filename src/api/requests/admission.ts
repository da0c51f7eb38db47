/**
 * What happens to an object between its author and the store: it is read,
 * completed, and held against the API's rules. One way for manifests, scenario
 * steps, the library and the API server.
 */

import type { UnknownField } from "../decoding/check-schema.ts";
import { type Decoded, decodeObject } from "../decoding/decode-object.ts";
import { withDefaults } from "../defaulting/defaults.ts";
import { carryOver } from "../defaulting/service-update.ts";
import type { FieldError } from "../errors/field-errors.ts";
import { type AnyObject, type Kind, kinds } from "../objects/kinds.ts";
import { keyOf, type ObjectKey, type ObjectMeta } from "../objects/meta.ts";
import type { Service } from "../objects/service.ts";
import { validateObject } from "../validation/validate-object.ts";
import { validateUpdate } from "../validation/validate-update.ts";

interface Allocated {
  readonly service: Service;
  readonly errors: readonly FieldError[];
}

/** Completes a Service with addresses and node ports, or says why it cannot have those it asks for. */
export type AllocateService = (service: Service, previous: Service | undefined) => Allocated;

export interface AdmissionOptions {
  /** Absent, Services keep what their author wrote: for checks outside of a running cluster. */
  readonly allocate?: AllocateService;
  /** Where objects without a namespace go. @default "default" */
  readonly namespace?: string;
  /** Notes down who wrote which field. Before addresses are allocated: those are nobody's writing. */
  readonly note?: NoteWriter;
}

/** `object` with its `managedFields`, which is to be stored in place of `previous`. */
export type NoteWriter = (object: AnyObject, previous: AnyObject | undefined) => AnyObject;

export interface Prepared {
  /** Ready for the store; absent when there are errors. */
  readonly object?: AnyObject;
  /** Ready to be shown: see {@link formatFieldError}. */
  readonly errors: readonly FieldError[];
  /** Fields the API does not have. They are left out of `object`. */
  readonly unknownFields: readonly UnknownField[];
  /** What the author can do about the errors. */
  readonly hint?: string;
  /** The errors are about the input's shape: the server would not even know what it was sent. */
  readonly isUnreadable?: boolean;
}

/** What the server would store for `input`, or everything that it would object to. Never throws. */
export function prepareCreate(input: unknown, options: AdmissionOptions = {}): Prepared {
  return prepared(decodeObject(input), (decoded) => {
    const object = withDefaults(withoutServerFields(inNamespace(decoded, options.namespace)));
    const errors = validateObject(object);
    return errors.length > 0
      ? { errors }
      : allocated(noted(object, undefined, options), undefined, options);
  });
}

/**
 * What the server would store in place of `previous`, or everything that it
 * would object to. The status stays: it is written by itself, see
 * {@link prepareStatusUpdate}.
 */
export function prepareUpdate(
  input: unknown,
  previous: AnyObject,
  options: AdmissionOptions = {},
): Prepared {
  return prepared(decodeObject(input), (decoded) => {
    const placed = inNamespace(decoded, previous.metadata.namespace);
    const carried =
      placed.kind === "Service" && previous.kind === "Service"
        ? carryOver(placed, previous)
        : placed;
    const object = withStatusOf(withDefaults(withLifeOf(carried, previous)), previous);
    const changes = validateUpdate(object, previous);
    const errors = [...validateObject(object), ...changes];
    return errors.length > 0
      ? { errors, ...(changes.length > 0 && { hint: "delete it first, so that it is made anew" }) }
      : allocated(noted(object, previous, options), previous, options);
  });
}

/** What the server would store when only the status is written: everything else stays as it was. */
export function prepareStatusUpdate(
  input: unknown,
  previous: AnyObject,
  options: Pick<AdmissionOptions, "note"> = {},
): Prepared {
  return prepared(decodeObject(input), (decoded) => {
    const { resourceVersion, managedFields } = decoded.metadata;
    const metadata = {
      ...previous.metadata,
      ...(resourceVersion && { resourceVersion }),
      ...(managedFields && { managedFields }),
    };
    const object = withStatusOf({ ...previous, metadata }, decoded);
    return { object: noted(object, previous, options), errors: [] };
  });
}

/** The kind and the key of what `input` describes; undefined when it cannot be read. */
export function identify(
  input: unknown,
  { namespace = "default" }: AdmissionOptions = {},
): { readonly kind: Kind; readonly key: ObjectKey } | undefined {
  const { object } = decodeObject(input);
  if (object === undefined) return undefined;
  return { kind: object.kind, key: keyOf(inNamespace(object, namespace)) };
}

type Outcome = Pick<Prepared, "object" | "errors" | "hint">;

function prepared(
  { object, errors, unknownFields }: Decoded,
  proceed: (object: AnyObject) => Outcome,
): Prepared {
  if (object === undefined) return { errors, unknownFields, isUnreadable: true };
  return { ...proceed(object), unknownFields };
}

function allocated(
  object: AnyObject,
  previous: AnyObject | undefined,
  { allocate }: AdmissionOptions,
): Outcome {
  if (object.kind !== "Service" || allocate === undefined) return { object, errors: [] };
  const { service, errors } = allocate(object, previous?.kind === "Service" ? previous : undefined);
  return errors.length > 0 ? { errors } : { object: service, errors };
}

/** A writer that nobody notes leaves the notes as they were. */
function noted(
  object: AnyObject,
  previous: AnyObject | undefined,
  { note }: Pick<AdmissionOptions, "note">,
): AnyObject {
  if (note !== undefined) return note(object, previous);
  const managedFields = object.metadata.managedFields ?? previous?.metadata.managedFields;
  if (managedFields === undefined) return object;
  // A list of their own: the store takes for a component's writing what has the very list that was there.
  return { ...object, metadata: { ...object.metadata, managedFields: [...managedFields] } };
}

function inNamespace<T extends AnyObject>(object: T, namespace: string | undefined): T {
  if (namespace === undefined || keyOf(object).namespace !== "") return object;
  if (!kinds[object.kind].namespaced) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** Kinds whose status is a resource of its own, written by controllers and nodes. */
export const kindsWithStatus: ReadonlySet<Kind> = new Set([
  "DaemonSet",
  "Deployment",
  "Namespace",
  "Node",
  "Pod",
  "ReplicaSet",
  "Service",
  "ServiceCIDR",
  "StatefulSet",
]);

/** A manifest that was once read from a server still has that server's notes. */
function withoutServerFields(object: AnyObject): AnyObject {
  const {
    uid: _uid,
    resourceVersion: _resourceVersion,
    creationTimestamp: _creationTimestamp,
    generation: _generation,
    deletionTimestamp: _deletionTimestamp,
    deletionGracePeriodSeconds: _grace,
    ...metadata
  } = object.metadata;
  const { status, ...rest } = object as AnyObject & { readonly status?: unknown };
  // Nodes, and only they, may bring their status along.
  const keepsStatus = status !== undefined && object.kind === "Node";
  // Only what is optional was taken away.
  return { ...rest, ...(keepsStatus && { status }), metadata } as AnyObject;
}

/** Whether an object is being deleted is no author's to write; which version it is may be said, and is checked. */
function withLifeOf(object: AnyObject, { metadata: previous }: AnyObject): AnyObject {
  const {
    deletionTimestamp: _timestamp,
    deletionGracePeriodSeconds: _grace,
    ...sent
  } = object.metadata;
  const { deletionTimestamp, deletionGracePeriodSeconds } = previous;
  const metadata: ObjectMeta = {
    ...sent,
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
  };
  return { ...object, metadata };
}

function withStatusOf(object: AnyObject, from: AnyObject): AnyObject {
  if (!kindsWithStatus.has(object.kind)) return object;
  const { status: _status, ...rest } = object as AnyObject & { readonly status?: unknown };
  const { status } = from as { readonly status?: unknown };
  // The status of an object of the same kind takes its place.
  return { ...rest, ...(status !== undefined && { status }) } as AnyObject;
}
