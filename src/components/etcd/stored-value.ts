/**
 * What an API server writes into etcd, told `--storage-media-type=application/json`: the object in the version that
 * is stored, on a line. Real ones write protobuf unless they are told so, which no person reads.
 */
import { decodeObject } from "../../api/decoding/decode-object.ts";
import { withDefaults } from "../../api/defaulting/defaults.ts";
import { formatFieldErrors } from "../../api/errors/field-errors.ts";
import type { AnyObject, Kind } from "../../api/objects/kinds.ts";
import { formatKey, keyOf, type ObjectKey } from "../../api/objects/meta.ts";

/** Kind first, as Go's encoder has it. The resourceVersion is not part of it: it is the revision of the key. */
export function encodeStored(object: AnyObject): string {
  const { kind, apiVersion, metadata, ...rest } = object;
  const { resourceVersion: _revision, ...kept } = metadata;
  return `${JSON.stringify({ kind, apiVersion, metadata: kept, ...rest })}\n`;
}

export type DecodedValue =
  | { readonly type: "object"; readonly object: AnyObject }
  | { readonly type: "unreadable"; readonly why: string };

/** Reads what is at a key, which anybody may have written. */
export function decodeStored(
  text: string,
  at: { readonly kind: Kind; readonly key: ObjectKey; readonly revision: number },
): DecodedValue {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    return { type: "unreadable", why: "it is not JSON" };
  }
  const { object: read, errors } = decodeObject(input);
  if (read === undefined) return { type: "unreadable", why: formatFieldErrors(errors) };
  const object = withDefaults(read);
  const isThat = object.kind === at.kind && formatKey(keyOf(object)) === formatKey(at.key);
  if (!isThat) return { type: "unreadable", why: "it is another object than its key says" };
  const metadata = { ...object.metadata, resourceVersion: String(at.revision) };
  // Only metadata differs: the kind stays.
  return { type: "object", object: { ...object, metadata } as AnyObject };
}
