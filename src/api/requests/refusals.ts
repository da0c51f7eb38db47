/** What the server answers to what it does not take. */
import { isRecord, type UnknownField } from "../decoding/check-schema.ts";
import { describeUnknownField } from "../decoding/decode-object.ts";
import { ApiError } from "../errors/api-error.ts";
import { formatFieldErrors, formatFieldPath } from "../errors/field-errors.ts";
import { notFound } from "../errors/not-found.ts";
import { type AnyObject, groupOf, kinds, qualifiedResource } from "../objects/kinds.ts";
import type { Store } from "../store/store.ts";
import { identify, type Prepared, prepareCreate } from "./admission.ts";
import type { RequestOptions } from "./request-options.ts";

/** Which object is meant. @throws ApiError BadRequest when that cannot be read. */
export function identifyOrRefuse(
  input: unknown,
  options: RequestOptions,
): NonNullable<ReturnType<typeof identify>> {
  const identity = identify(input, options);
  // What cannot be read has at least one error to say so.
  if (identity === undefined)
    throw unreadable(input, formatFieldErrors(prepareCreate(input).errors));
  return identity;
}

/** What admission has made ready. @throws ApiError BadRequest, Invalid. */
export function accepted(
  input: unknown,
  ready: Prepared,
  { fieldValidation }: RequestOptions,
): AnyObject {
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

/** @throws ApiError NotFound without the namespace, Forbidden in one that is ending. */
export function assertNamespaceOpen(store: Store, { kind, metadata }: AnyObject): void {
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

export function warningsOf(
  unknownFields: readonly UnknownField[],
  { fieldValidation }: RequestOptions,
): readonly string[] {
  return fieldValidation === "Ignore" ? [] : unknownFields.map(describeUnknownField);
}
