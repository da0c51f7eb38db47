import { ApiError } from "../../../api/errors/api-error.ts";
import type { Call } from "./call.ts";

/** As long as a name in `managedFields` may be. */
const longest = 128;

/** Who writes: as the request says, or the program that sends it. */
export function fieldManagerOf({ query, headers }: Pick<Call, "headers" | "query">): string {
  const given = query.get("fieldManager") ?? "";
  if (given.length > longest) {
    throw new ApiError(
      "Invalid",
      `PatchOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than ${longest} bytes`,
      { details: { group: "meta.k8s.io", kind: "PatchOptions" } },
    );
  }
  if (given !== "") return given;
  const [program = ""] = (headers["user-agent"] ?? "").split("/");
  return program.trim().slice(0, longest) || "unknown";
}
