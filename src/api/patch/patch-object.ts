/** The four ways to change a part of an object, by the media type of the request. */

import { isRecord } from "../decoding/check-schema.ts";
import type { Schema } from "../decoding/schema.ts";
import { ApiError } from "../errors/api-error.ts";
import { applyJsonPatch } from "./json-patch.ts";
import { applyMergePatch } from "./merge-patch.ts";
import { applyStrategicMergePatch } from "./strategic-merge-patch.ts";

export type PatchType = "apply" | "json" | "merge" | "strategic";

const mediaTypes: ReadonlyMap<string, PatchType> = new Map([
  ["application/apply-patch+yaml", "apply"],
  ["application/json-patch+json", "json"],
  ["application/merge-patch+json", "merge"],
  ["application/strategic-merge-patch+json", "strategic"],
]);

/** Undefined for a media type that is no patch: the answer is 415 then. */
export function patchTypeOf(contentType: string | undefined): PatchType | undefined {
  const [mediaType = ""] = (contentType ?? "").split(";");
  return mediaTypes.get(mediaType.trim().toLowerCase());
}

type Loose = Readonly<Record<string, unknown>>;

/**
 * What `live` becomes: still to be completed, checked and written as any update is.
 *
 * @throws ApiError BadRequest, Invalid when the patch is none, does not fit, or
 *   would make another object of it.
 */
export function patchObject(
  live: Loose,
  patch: unknown,
  type: Exclude<PatchType, "apply">,
  schema: Schema,
): Loose {
  const patched = patchedBy(live, patch, type, schema);
  if (!isRecord(patched)) throw new ApiError("BadRequest", "the patch leaves no object");
  assertSameObject(patched, live);
  return patched;
}

function patchedBy(
  live: Loose,
  patch: unknown,
  type: Exclude<PatchType, "apply">,
  schema: Schema,
): unknown {
  if (type === "json") return applyJsonPatch(live, patch);
  if (!isRecord(patch)) {
    throw new ApiError("BadRequest", "error decoding patch: the body must be an object");
  }
  return type === "merge"
    ? applyMergePatch(live, patch)
    : applyStrategicMergePatch(live, patch, schema);
}

/** A patch may change what an object is like, not which it is. */
function assertSameObject(patched: Loose, live: Loose): void {
  for (const field of ["apiVersion", "kind"] as const) {
    if (patched[field] === live[field]) continue;
    throw new ApiError(
      "BadRequest",
      `the ${field} of the object (${String(patched[field])}) cannot be changed from ${String(live[field])}`,
    );
  }
  for (const field of ["name", "namespace"] as const) {
    const [value, expected] = [metadataOf(patched)[field], metadataOf(live)[field]];
    if (value === expected) continue;
    throw new ApiError(
      "BadRequest",
      `the ${field} of the object (${String(value)}) does not match the ${field} on the URL (${String(expected)})`,
    );
  }
}

function metadataOf({ metadata }: { readonly metadata?: unknown }): Loose {
  return isRecord(metadata) ? metadata : {};
}
