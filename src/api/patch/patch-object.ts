/** The four ways to change a part of an object, by the media type of the request. */
import { ApiError } from "../api-error.ts";
import { isRecord } from "../decoding/check-schema.ts";
import { kindSchemas } from "../decoding/kind-schemas.ts";
import type { AnyObject } from "../kinds.ts";
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

/** As the answer to a wrong one lists them. */
export const patchMediaTypes: readonly string[] = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
];

/** Undefined for a media type that is no patch: the answer is 415 then. */
export function patchTypeOf(contentType: string | undefined): PatchType | undefined {
  const [mediaType = ""] = (contentType ?? "").split(";");
  return mediaTypes.get(mediaType.trim().toLowerCase());
}

/**
 * What `live` becomes: still to be completed, checked and written as any update is.
 *
 * @throws ApiError BadRequest, Invalid when the patch is none, does not fit, or
 *   would make another object of it.
 */
export function patchObject(
  live: AnyObject,
  patch: unknown,
  type: Exclude<PatchType, "apply">,
): Readonly<Record<string, unknown>> {
  const patched = patchedBy(live, patch, type);
  if (!isRecord(patched)) throw new ApiError("BadRequest", "the patch leaves no object");
  assertSameObject(patched, live);
  return patched;
}

function patchedBy(live: AnyObject, patch: unknown, type: Exclude<PatchType, "apply">): unknown {
  if (type === "json") return applyJsonPatch(live, patch);
  if (!isRecord(patch)) {
    throw new ApiError("BadRequest", "error decoding patch: the body must be an object");
  }
  if (type === "merge") return applyMergePatch(live, patch);
  // An object of the store is plain data with string keys.
  const target = live as unknown as Readonly<Record<string, unknown>>;
  return applyStrategicMergePatch(target, patch, kindSchemas[live.kind]);
}

/** A patch may change what an object is like, not which it is. */
function assertSameObject(patched: Readonly<Record<string, unknown>>, live: AnyObject): void {
  const metadata = isRecord(patched["metadata"]) ? patched["metadata"] : {};
  for (const field of ["apiVersion", "kind"] as const) {
    const value = patched[field];
    if (value !== live[field]) {
      throw new ApiError(
        "BadRequest",
        `the ${field} of the object (${String(value)}) cannot be changed from ${live[field]}`,
      );
    }
  }
  for (const field of ["name", "namespace"] as const) {
    const [value, expected] = [metadata[field], live.metadata[field]];
    if (value !== expected) {
      throw new ApiError(
        "BadRequest",
        `the ${field} of the object (${String(value)}) does not match the ${field} on the URL (${expected})`,
      );
    }
  }
}
