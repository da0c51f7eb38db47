import { kindSchemas } from "../../../api/decoding/kind-schemas.ts";
import { any } from "../../../api/decoding/schema.ts";
import { ApiError } from "../../../api/errors/api-error.ts";
import { notFound } from "../../../api/errors/not-found.ts";
import { type PatchType, patchObject, patchTypeOf } from "../../../api/patch/patch-object.ts";
import { applyOwnedFields } from "../../../api/requests/apply-object.ts";
import type { RequestOptions, Written } from "../../../api/requests/request-options.ts";
import { updateObject, updateObjectStatus } from "../../../api/requests/requests.ts";
import { type Answer, answerObject, type Call } from "../http/call.ts";
import { decodePatch, type Fields } from "../http/decode-body.ts";
import { fieldManagerOf } from "../http/field-manager.ts";
import { writeOptions } from "../http/write-options.ts";
import { presentationFor, presentObject } from "../presenting/presentation.ts";
import { keyOfTarget, type ResourceRequest } from "../resource-request.ts";
import { toWire } from "../resources/resource.ts";
import { inputObject } from "./input-object.ts";

/** @throws ApiError UnsupportedMediaType, BadRequest, NotFound, Conflict, Invalid. */
export function patch(request: ResourceRequest): Promise<Answer> {
  return patchPart(request, updateObject);
}

/** The status alone. */
export function patchStatus(request: ResourceRequest): Promise<Answer> {
  return patchPart(request, updateObjectStatus, "status");
}

async function patchPart(
  request: ResourceRequest,
  write: typeof updateObject,
  subresource?: string,
): Promise<Answer> {
  const { context, resource, call } = request;
  const { query, accepted } = call;
  const { type, body } = await readPatch(call);
  const options: RequestOptions = {
    ...context.admission,
    ...writeOptions(query),
    ...(subresource !== undefined && { subresource }),
  };
  const written =
    type === "apply"
      ? applyPart(request, body, options)
      : { ...patchStored(request, type, body, write, options), isNew: false };
  const presentation = presentationFor(resource, accepted, query);
  return answerObject(presentObject(presentation, written.object), {
    code: written.isNew ? 201 : 200,
    warnings: written.warnings,
  });
}

function patchStored(
  { context: { store }, resource, target, call }: ResourceRequest,
  type: Exclude<PatchType, "apply">,
  body: unknown,
  write: typeof updateObject,
  options: RequestOptions,
): Written {
  const stored = store.get(resource.stored, keyOfTarget(target));
  if (stored === undefined) throw notFound(resource.stored, target.name ?? "");
  // Patches speak of what the client sees. An object is plain data with string keys.
  const seen = toWire(resource, stored) as unknown as Fields;
  const patched = patchObject(seen, body, type, kindSchemas[resource.stored]);
  return write(store, inputObject(patched, resource, target), {
    ...options,
    fieldManager: fieldManagerOf(call),
  });
}

function applyPart(
  { context: { store }, resource, target, call }: ResourceRequest,
  body: unknown,
  options: RequestOptions,
): Written & { readonly isNew: boolean } {
  const { query } = call;
  if ((query.get("fieldManager") ?? "") === "") {
    throw new ApiError(
      "Invalid",
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      { details: { group: "meta.k8s.io", kind: "PatchOptions" } },
    );
  }
  // Decoding has made sure that it is an object.
  const configuration = inputObject(body as Fields, resource, target) as Fields;
  return applyOwnedFields(store, configuration, {
    ...options,
    fieldManager: fieldManagerOf(call),
    force: query.get("force") === "true",
  });
}

interface ReadPatch {
  readonly type: PatchType;
  readonly body: unknown;
}

/** @throws ApiError UnsupportedMediaType for what is no patch; BadRequest for what cannot be read. */
async function readPatch({ headers, body }: Pick<Call, "body" | "headers">): Promise<ReadPatch> {
  const type = patchTypeOf(headers["content-type"]);
  if (type === undefined) {
    throw new ApiError("UnsupportedMediaType", "415: Unsupported Media Type", { details: {} });
  }
  return { type, body: decodePatch(await body(), type) };
}

/**
 * What a thing that is no object of the store, such as a Scale, becomes.
 *
 * @throws ApiError UnsupportedMediaType, BadRequest, Invalid.
 */
export async function patchedThing(seen: Fields, call: Call): Promise<Fields> {
  const { type, body } = await readPatch(call);
  // Such a thing has no lists: without a schema, a strategic merge is a merge; and nobody owns its fields.
  return patchObject(seen, body, type === "apply" ? "merge" : type, any);
}
