/** The rules that somebody has: those of every role that a binding gives to them. */
import type { KindMap } from "../../../api/objects/kinds.ts";
import type {
  ClusterRoleBinding,
  PolicyRule,
  RoleBinding,
  RoleRef,
  Subject,
} from "../../../api/objects/rbac.ts";
import type { Store } from "../../../api/store/store.ts";
import type { User } from "../authentication/user.ts";

export interface AppliedRule {
  readonly rule: PolicyRule;
  /** `ClusterRoleBinding "view" of ClusterRole "view" to Group "readers"`: why they have it. */
  readonly source: string;
}

/** @param namespace `""` for what is in none: then bindings of namespaces do not count. */
export function* appliedRules(
  store: Pick<Store, "get" | "list">,
  user: User,
  namespace: string,
): Iterable<AppliedRule> {
  const bindings: ReadonlyArray<ClusterRoleBinding | RoleBinding> = [
    ...store.list("ClusterRoleBinding"),
    ...(namespace === "" ? [] : store.list("RoleBinding", namespace)),
  ];
  for (const binding of bindings) {
    const subject = (binding.subjects ?? []).find((each) => isSubject(each, user, binding));
    if (subject === undefined) continue;
    const source = describe(binding, subject);
    for (const rule of roleOf(store, binding)?.rules ?? []) yield { rule, source };
  }
}

function isSubject(
  { kind, name, namespace }: Subject,
  { username, groups }: User,
  { metadata }: ClusterRoleBinding | RoleBinding,
): boolean {
  switch (kind) {
    case "User":
      return username === name;
    case "Group":
      return groups.includes(name);
    default:
      return username === `system:serviceaccount:${namespace ?? metadata.namespace}:${name}`;
  }
}

function roleOf(
  store: Pick<Store, "get">,
  { metadata, roleRef }: ClusterRoleBinding | RoleBinding,
): KindMap["ClusterRole" | "Role"] | undefined {
  const { kind, name }: RoleRef = roleRef;
  return kind === "Role"
    ? store.get("Role", { namespace: metadata.namespace ?? "", name })
    : store.get("ClusterRole", { namespace: "", name });
}

function describe(
  { kind, metadata, roleRef }: ClusterRoleBinding | RoleBinding,
  subject: Subject,
): string {
  const place = metadata.namespace === undefined ? "" : `/${metadata.namespace}`;
  const owner =
    subject.kind === "ServiceAccount" ? `${subject.name}/${subject.namespace}` : subject.name;
  return `${kind} ${quote(`${metadata.name}${place}`)} of ${roleRef.kind} ${quote(roleRef.name)} to ${subject.kind} ${quote(owner)}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
