/** What a URL is about, after apiserver's RequestInfo. */
import { ApiError } from "../../../api/errors/api-error.ts";

/** `/api/v1/namespaces/vote/pods/redis/log` and the like. */
export interface ResourceTarget {
  readonly group: string;
  readonly version: string;
  /** As written; `""` for all namespaces, and for what is in none. */
  readonly namespace: string;
  readonly plural: string;
  /** Absent for the collection. */
  readonly name?: string;
  readonly subresource?: string;
}

/** The decoded segments of a path. @throws ApiError BadRequest for a malformed escape. */
export function pathSegments(path: string): readonly string[] {
  const segments = path.split("/").filter((segment) => segment !== "");
  try {
    return segments.map(decodeURIComponent);
  } catch (error) {
    throw new ApiError("BadRequest", `the path ${JSON.stringify(path)} is malformed`, {
      cause: error,
    });
  }
}

/** Sub-resources of a namespace itself, which would else be read as resources in it. */
const namespaceSubresources: ReadonlySet<string> = new Set(["status", "finalize"]);

/** Undefined when the path is not about a resource: discovery, health, version. */
export function parseTarget(segments: readonly string[]): ResourceTarget | undefined {
  const [prefix, ...rest] = segments;
  if (prefix === "api") {
    const [version = "", ...parts] = rest;
    return parseParts({ group: "", version }, parts);
  }
  if (prefix === "apis") {
    const [group = "", version = "", ...parts] = rest;
    return parseParts({ group, version }, parts);
  }
  return undefined;
}

function parseParts(
  groupVersion: Pick<ResourceTarget, "group" | "version">,
  parts: readonly string[],
): ResourceTarget | undefined {
  const [first, second, third, ...more] = parts;
  if (first === undefined) return undefined;
  const isInNamespace =
    first === "namespaces" && third !== undefined && !namespaceSubresources.has(third);
  if (isInNamespace) return targetOf(groupVersion, second ?? "", [third, ...more]);
  return targetOf(groupVersion, "", parts);
}

function targetOf(
  groupVersion: Pick<ResourceTarget, "group" | "version">,
  namespace: string,
  [plural = "", name, ...subresource]: readonly string[],
): ResourceTarget {
  return {
    ...groupVersion,
    namespace,
    plural,
    ...(name !== undefined && { name }),
    ...(subresource.length > 0 && { subresource: subresource.join("/") }),
  };
}
