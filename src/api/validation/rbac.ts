/** After kubernetes pkg/apis/rbac/validation. */
import { type FieldPath, invalid, notSupported, required } from "../errors/field-errors.ts";
import {
  type ClusterRole,
  type ClusterRoleBinding,
  type PolicyRule,
  type Role,
  type RoleBinding,
  type RoleRef,
  rbacGroup,
  type Subject,
} from "../objects/rbac.ts";
import { checkLabelSelector, checkMetadata } from "./metadata.ts";
import { dns1123Subdomain, pathSegmentName } from "./names.ts";
import { checkEach, checkText, type Faults } from "./rules.ts";

export function validateRole({ metadata, rules }: Role): Faults {
  return [
    ...checkMetadata(metadata, { namespaced: true, name: pathSegmentName }),
    ...checkEach(["rules"], rules, (path, rule) => checkRule(path, rule, true)),
  ];
}

export function validateClusterRole({ metadata, rules, aggregationRule }: ClusterRole): Faults {
  const selectors = ["aggregationRule", "clusterRoleSelectors"];
  return [
    ...checkMetadata(metadata, { namespaced: false, name: pathSegmentName }),
    ...checkEach(["rules"], rules, (path, rule) => checkRule(path, rule, false)),
    ...(aggregationRule !== undefined && (aggregationRule.clusterRoleSelectors ?? []).length === 0
      ? [
          required(
            selectors,
            "at least one clusterRoleSelector required if aggregationRule is non-nil",
          ),
        ]
      : checkEach(selectors, aggregationRule?.clusterRoleSelectors, checkLabelSelector)),
  ];
}

export function validateBinding(binding: ClusterRoleBinding | RoleBinding): Faults {
  const { kind, metadata, roleRef, subjects } = binding;
  const namespaced = kind === "RoleBinding";
  const kinds = namespaced ? ["ClusterRole", "Role"] : ["ClusterRole"];
  return [
    ...checkMetadata(metadata, { namespaced, name: pathSegmentName }),
    ...checkRoleRef(["roleRef"], roleRef, kinds),
    ...checkEach(["subjects"], subjects, checkSubject),
  ];
}

function checkRule(path: FieldPath, rule: PolicyRule, namespaced: boolean): Faults {
  const { verbs = [], apiGroups = [], resources = [], nonResourceURLs = [] } = rule;
  const at = (field: string): FieldPath => [...path, field];
  const missing =
    verbs.length === 0 ? [required(at("verbs"), "verbs must contain at least one value")] : [];
  if (nonResourceURLs.length === 0) {
    return [
      ...missing,
      ...(apiGroups.length === 0
        ? [required(at("apiGroups"), "resource rules must supply at least one api group")]
        : []),
      ...(resources.length === 0
        ? [required(at("resources"), "resource rules must supply at least one resource")]
        : []),
    ];
  }
  const isMixed = [apiGroups, resources, rule.resourceNames ?? []].some((each) => each.length > 0);
  return [
    ...missing,
    ...(namespaced
      ? [
          invalid(
            at("nonResourceURLs"),
            nonResourceURLs,
            "namespaced rules cannot apply to non-resource URLs",
          ),
        ]
      : []),
    ...(isMixed
      ? [
          invalid(
            at("nonResourceURLs"),
            nonResourceURLs,
            "rules cannot apply to both regular resources and non-resource URLs",
          ),
        ]
      : []),
  ];
}

function checkRoleRef(
  path: FieldPath,
  { apiGroup, kind, name }: RoleRef,
  kinds: readonly string[],
): Faults {
  return [
    ...(apiGroup === rbacGroup ? [] : [notSupported([...path, "apiGroup"], apiGroup, [rbacGroup])]),
    ...(kinds.includes(kind) ? [] : [notSupported([...path, "kind"], kind, kinds)]),
    ...((name ?? "") === ""
      ? [required([...path, "name"])]
      : checkText([...path, "name"], name, pathSegmentName)),
  ];
}

const subjectKinds = ["ServiceAccount", "User", "Group"];

function checkSubject(path: FieldPath, { kind, apiGroup = "", name, namespace }: Subject): Faults {
  const nameless = (name ?? "") === "" ? [required([...path, "name"])] : [];
  if (!subjectKinds.includes(kind)) {
    return [...nameless, notSupported([...path, "kind"], kind, subjectKinds)];
  }
  const group = kind === "ServiceAccount" ? "" : rbacGroup;
  const wrongGroup =
    apiGroup === group ? [] : [notSupported([...path, "apiGroup"], apiGroup, [group])];
  if (kind !== "ServiceAccount") return [...nameless, ...wrongGroup];
  return [
    ...(nameless.length > 0 ? nameless : checkText([...path, "name"], name, dns1123Subdomain)),
    ...wrongGroup,
    ...((namespace ?? "") === "" ? [required([...path, "namespace"])] : []),
  ];
}

/** What a binding gives is decided once: another role wants another binding. */
export function checkRoleRefKept(
  { roleRef }: ClusterRoleBinding | RoleBinding,
  { roleRef: previous }: ClusterRoleBinding | RoleBinding,
): Faults {
  const isSame = (["apiGroup", "kind", "name"] as const).every(
    (field) => roleRef[field] === previous[field],
  );
  return isSame ? [] : [invalid(["roleRef"], roleRef, "cannot change roleRef")];
}
