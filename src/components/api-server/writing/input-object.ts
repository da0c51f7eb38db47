/** The object in a body, held against the URL that it was sent to. */

import { isRecord } from "../../../api/decoding/check-schema.ts";
import { ApiError } from "../../../api/errors/api-error.ts";
import type { Fields } from "../http/decode-body.ts";
import type { ResourceTarget } from "../http/request-target.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";

/**
 * What is to be stored: with kind, version, namespace and name filled in where the body leaves them to the URL, and
 * under the names that the store has for its fields.
 *
 * @throws ApiError BadRequest when body and URL contradict one another.
 */
export function inputObject(
  input: Fields,
  resource: Resource,
  { namespace, name }: Pick<ResourceTarget, "name" | "namespace">,
): Fields {
  assertKind(input, resource);
  const { metadata } = input as { readonly metadata?: unknown };
  const given = isRecord(metadata) ? metadata : {};
  const object: Fields = {
    ...input,
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: {
      ...given,
      ...(resource.namespaced && { namespace: agreed("namespace", given, namespace) }),
      ...(name !== undefined && { name: agreed("name", given, name) }),
    },
  };
  // What a conversion makes of a record is a record.
  return resource.conversion === undefined
    ? object
    : (resource.conversion.fromWire(object) as Fields);
}

function assertKind(input: Fields, resource: Resource): void {
  const { kind = resource.kind, apiVersion = apiVersionOf(resource) } = input as {
    readonly kind?: unknown;
    readonly apiVersion?: unknown;
  };
  const expected = apiVersionOf(resource);
  if (kind !== resource.kind && kind !== "") {
    const version = String(apiVersion).split("/").at(-1);
    throw new ApiError(
      "BadRequest",
      `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${resource.kind}: converting (${version}.${kind}) to (${resource.group || "core"}.${resource.kind}): unknown conversion`,
    );
  }
  if (apiVersion === expected || apiVersion === "") return;
  throw new ApiError(
    "BadRequest",
    `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
  );
}

const contradictions = {
  namespace: (): string =>
    "the namespace of the provided object does not match the namespace sent on the request",
  name: (given: string, url: string): string =>
    `the name of the object (${given}) does not match the name on the URL (${url})`,
} as const;

function agreed(field: "name" | "namespace", metadata: Fields, url: string): unknown {
  const given = metadata[field];
  if (given === undefined || given === null || given === "" || given === url) return url;
  // Of another type: decoding says so.
  if (typeof given !== "string") return given;
  throw new ApiError("BadRequest", contradictions[field](given, url));
}
