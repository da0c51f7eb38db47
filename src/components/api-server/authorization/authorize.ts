/** May somebody do something? As kube-apiserver decides it with RBAC: what no rule allows is refused. */
import { ApiError } from "../../../api/errors/api-error.ts";
import type { PolicyRule } from "../../../api/objects/rbac.ts";
import type { Store } from "../../../api/store/store.ts";
import { appliedRules } from "./applied-rules.ts";
import type { Access, Attributes, PathAttributes, ResourceAttributes } from "./attributes.ts";

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Its members may do everything, even when all roles are gone. */
const mastersGroup = "system:masters";

export function decide(store: Pick<Store, "get" | "list">, { user, attributes }: Access): Decision {
  if (user.groups.includes(mastersGroup)) return { allowed: true, reason: "" };
  const namespace = isResource(attributes) ? attributes.namespace : "";
  for (const { rule, source } of appliedRules(store, user, namespace)) {
    if (allows(rule, attributes)) return { allowed: true, reason: `RBAC: allowed by ${source}` };
  }
  return { allowed: false, reason: "" };
}

/** @throws ApiError Forbidden. */
export function assertAllowed(store: Pick<Store, "get" | "list">, access: Access): void {
  if (!decide(store, access).allowed) throw forbidden(access);
}

function allows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  return isResource(attributes) ? allowsResource(rule, attributes) : allowsPath(rule, attributes);
}

function allowsResource(
  { apiGroups = [], resources = [], resourceNames = [] }: PolicyRule,
  { group, resource, subresource, name }: ResourceAttributes,
): boolean {
  const whole = subresource === "" ? resource : `${resource}/${subresource}`;
  return (
    has(apiGroups, group) &&
    (has(resources, whole) || (subresource !== "" && resources.includes(`*/${subresource}`))) &&
    (resourceNames.length === 0 || resourceNames.includes(name))
  );
}

function allowsPath({ nonResourceURLs = [] }: PolicyRule, { path }: PathAttributes): boolean {
  return nonResourceURLs.some(
    (url) => url === path || (url.endsWith("*") && path.startsWith(url.slice(0, -1))),
  );
}

function has(list: readonly string[], wanted: string): boolean {
  return list.includes("*") || list.includes(wanted);
}

function isResource(attributes: Attributes): attributes is ResourceAttributes {
  return "resource" in attributes;
}

function forbidden({ user, attributes }: Access): ApiError {
  const who = `User ${JSON.stringify(user.username)} cannot ${attributes.verb}`;
  if (!isResource(attributes)) {
    return new ApiError("Forbidden", `forbidden: ${who} path ${JSON.stringify(attributes.path)}`, {
      details: {},
    });
  }
  const { group, resource, subresource, namespace, name } = attributes;
  const qualified = group === "" ? resource : `${resource}.${group}`;
  const whole = subresource === "" ? resource : `${resource}/${subresource}`;
  const what = `${qualified}${name === "" ? "" : ` ${JSON.stringify(name)}`}`;
  const where =
    namespace === "" ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  return new ApiError(
    "Forbidden",
    `${what} is forbidden: ${who} resource ${JSON.stringify(whole)} in API group ${JSON.stringify(group)} ${where}`,
    {
      details: {
        ...(name !== "" && { name }),
        ...(group !== "" && { group }),
        kind: resource,
      },
    },
  );
}
