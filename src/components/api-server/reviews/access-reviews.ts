/** May they? Questions of authorization.k8s.io, answered as the server itself decides about requests. */
import { isRecord } from "../../../api/decoding/check-schema.ts";
import type { PolicyRule } from "../../../api/objects/rbac.ts";
import type { User } from "../authentication/user.ts";
import { appliedRules } from "../authorization/applied-rules.ts";
import type { Attributes } from "../authorization/attributes.ts";
import { decide } from "../authorization/authorize.ts";
import type { Fields } from "../http/decode-body.ts";
import type { ReviewContext } from "./review.ts";

/** About the one who asks. */
export function ownAccess(spec: Fields, { store, user }: ReviewContext): object {
  return accessOf(spec, user, store);
}

/** About anybody. */
export function anyAccess(spec: Fields, { store }: ReviewContext): object {
  const { user = "", uid, groups, extra } = spec;
  const asked: User = {
    username: String(user),
    groups: Array.isArray(groups) ? groups.map(String) : [],
    ...(typeof uid === "string" && { uid }),
    ...(isRecord(extra) && { extra: extra as NonNullable<User["extra"]> }),
  };
  return accessOf(spec, asked, store);
}

function accessOf(spec: Fields, user: User, store: ReviewContext["store"]): object {
  const attributes = attributesOf(spec);
  if (attributes === undefined) return { allowed: false };
  const { allowed, reason } = decide(store, { user, attributes });
  return { allowed, ...(reason !== "" && { reason }) };
}

function attributesOf({
  resourceAttributes,
  nonResourceAttributes,
}: Fields): Attributes | undefined {
  if (isRecord(resourceAttributes)) {
    const text = (key: string): string => String(resourceAttributes[key] ?? "");
    const [verb, group, resource] = [text("verb"), text("group"), text("resource")];
    const [subresource, namespace, name] = [text("subresource"), text("namespace"), text("name")];
    return { verb, group, resource, subresource, namespace, name };
  }
  if (!isRecord(nonResourceAttributes)) return undefined;
  const { verb = "", path = "" } = nonResourceAttributes;
  return { verb: String(verb), path: String(path) };
}

/** What they may do in a namespace, all of it: `kubectl auth can-i --list`. */
export function ownRules({ namespace = "" }: Fields, { store, user }: ReviewContext): object {
  const rules = [...appliedRules(store, user, String(namespace))].map(({ rule }) => rule);
  return {
    resourceRules: rules.filter(({ resources = [] }) => resources.length > 0).map(resourceRule),
    nonResourceRules: rules
      .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
  };
}

function resourceRule({ verbs, apiGroups, resources, resourceNames }: PolicyRule): object {
  return { verbs, apiGroups, resources, ...(resourceNames && { resourceNames }) };
}
