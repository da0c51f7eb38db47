import { ApiError } from "../../../api/api-error.ts";
import type { Answer } from "../http/call.ts";

export function patch(): Promise<Answer> {
  throw new ApiError("UnsupportedMediaType", "415: Unsupported Media Type", { details: {} });
}
