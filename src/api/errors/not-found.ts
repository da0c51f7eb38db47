import { type Kind, qualifiedResource } from "../objects/kinds.ts";
import { ApiError } from "./api-error.ts";

/** What a caller gets who names an object that is not there. */
export function notFound(kind: Kind, name: string): ApiError {
  return new ApiError("NotFound", `${qualifiedResource(kind)} "${name}" not found`, {
    object: { kind, name },
  });
}
