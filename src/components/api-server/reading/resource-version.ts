/** What the `resourceVersion` of a request asks for. See "Resource versions" in Kubernetes' API concepts. */
import { ApiError } from "../../../api/errors/api-error.ts";

/** @throws ApiError BadRequest for what is no version; Timeout for one that is yet to come. */
export function assertReached(wanted: string, current: string): void {
  assertVersion(wanted);
  if (Number(wanted) <= Number(current)) return;
  throw new ApiError(
    "Timeout",
    `Timeout: Too large resource version: ${wanted}, current: ${current}`,
    {
      details: {
        causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
        retryAfterSeconds: 1,
      },
    },
  );
}

/** @throws ApiError BadRequest. */
export function assertVersion(text: string): void {
  if (/^\d+$/.test(text)) return;
  throw new ApiError(
    "BadRequest",
    `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

/** What a watch is told that begins, or stays, too far behind; it lists again and goes on from there. */
export function tooOldToWatch(wanted: string, current: string): ApiError {
  return new ApiError("Expired", `too old resource version: ${wanted} (${current})`);
}

/** For a list that goes on from a version which is not remembered any more. */
export function tooOldToContinue(): ApiError {
  return new ApiError(
    "Expired",
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
  );
}

/** For a list that asks for exactly one version, which is not remembered any more. */
export function tooOldToList(wanted: string): ApiError {
  return new ApiError("Expired", `The resourceVersion for the provided list is too old: ${wanted}`);
}
