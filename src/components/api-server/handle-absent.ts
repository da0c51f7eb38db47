/** Requests about kinds of which there are no objects. */
import { ApiError } from "../../api/errors/api-error.ts";
import type { ResourceRequest } from "./resource-request.ts";
import type { Resource } from "./resources/resource.ts";

/** @throws ApiError NotFound for what would be done with an object; MethodNotAllowed, with the reason, for making one. */
export function refuseAbsent({ resource, target, call }: ResourceRequest): never {
  const { name } = target;
  const isApply = call.headers["content-type"]?.startsWith("application/apply-patch") === true;
  if (name === undefined || isApply) {
    throw new ApiError(
      "MethodNotAllowed",
      `${qualified(resource)} cannot be made in a podwire lab: ${resource.refusal}`,
      { details: detailsOf(resource) },
    );
  }
  throw new ApiError("NotFound", `${qualified(resource)} ${JSON.stringify(name)} not found`, {
    details: { name, ...detailsOf(resource) },
  });
}

function qualified({ group, plural }: Resource): string {
  return group === "" ? plural : `${plural}.${group}`;
}

function detailsOf({ group, plural }: Resource): {
  readonly group?: string;
  readonly kind: string;
} {
  return { ...(group !== "" && { group }), kind: plural };
}
