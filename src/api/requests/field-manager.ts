/** Who writes which fields, as it is noted down in an object's `managedFields`. */
import { kindSchemas } from "../decoding/kind-schemas.ts";
import { type AnyObject, type Kind, kinds } from "../objects/kinds.ts";
import { trackUpdate, type Writing } from "../patch/managed-fields/track-update.ts";
import type { Store } from "../store/store.ts";
import { kindsWithStatus, type NoteWriter } from "./admission.ts";
import type { RequestOptions } from "./request-options.ts";

/** `options` with what notes down that `fieldManager` writes. */
export function noting(store: Store, options: RequestOptions): RequestOptions {
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

/** What a manager writes with one request, and of which part of the object. */
export function writingOf(
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

/** As patches and schemas look at it. */
export function looseOf(object: AnyObject): Readonly<Record<string, unknown>> {
  // An object of the store is plain data with string keys.
  return object as unknown as Readonly<Record<string, unknown>>;
}
