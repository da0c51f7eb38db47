/** `kubectl --as`: somebody who may speaks as somebody else; after apiserver's impersonation filter. */
import type { IncomingHttpHeaders } from "node:http";
import { ApiError } from "../../../api/errors/api-error.ts";
import type { ResourceAttributes } from "../authorization/attributes.ts";
import { authenticatedGroup, type User } from "./user.ts";

/** Throws when the one who asks may not be the other. */
type AssertMay = (attributes: ResourceAttributes) => void;

/** Who is meant; undefined when nobody else is. @throws ApiError BadRequest, and what `assertMay` throws. */
export function impersonated(headers: IncomingHttpHeaders, assertMay: AssertMay): User | undefined {
  const username = valuesOf(headers, "impersonate-user")[0];
  const given = valuesOf(headers, "impersonate-group");
  if (username === undefined) {
    if (given.length === 0) return undefined;
    throw new ApiError("BadRequest", "requested [groups] without impersonating a user");
  }
  const [namespace, account] = serviceAccountOf(username) ?? [];
  assertMay(
    namespace === undefined
      ? attributes("users", "", username)
      : attributes("serviceaccounts", namespace, account ?? ""),
  );
  for (const group of given) assertMay(attributes("groups", "", group));
  const own =
    namespace === undefined
      ? []
      : ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
  const groups = given.length > 0 ? given : own;
  const isAnonymous = username === "system:anonymous";
  const added = isAnonymous ? "system:unauthenticated" : authenticatedGroup;
  return { username, groups: groups.includes(added) ? groups : [...groups, added] };
}

function serviceAccountOf(username: string): readonly [string, string] | undefined {
  const match = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username);
  return match === null ? undefined : [match[1] ?? "", match[2] ?? ""];
}

function attributes(resource: string, namespace: string, name: string): ResourceAttributes {
  return { verb: "impersonate", group: "", resource, subresource: "", namespace, name };
}

/** Node joins a header that is sent several times, with commas. */
function valuesOf(headers: IncomingHttpHeaders, name: string): readonly string[] {
  return [headers[name] ?? []]
    .flat()
    .flatMap((value) => value.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");
}
