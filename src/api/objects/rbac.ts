/** Who may do what, after k8s.io/api/rbac/v1. */
import type { KubeObject, LabelSelector } from "./meta.ts";

export const rbacGroup = "rbac.authorization.k8s.io";

/** `*` in a list stands for everything. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  /** `""` is the core group. */
  readonly apiGroups?: readonly string[];
  /** `pods`, `pods/log`. */
  readonly resources?: readonly string[];
  /** None: all of them. */
  readonly resourceNames?: readonly string[];
  /** `/healthz`, `/openapi/*`: of what is no resource. */
  readonly nonResourceURLs?: readonly string[];
}

export interface Role extends KubeObject {
  readonly kind: "Role";
  readonly rules?: readonly PolicyRule[];
}

export interface ClusterRole extends KubeObject {
  readonly kind: "ClusterRole";
  readonly rules?: readonly PolicyRule[];
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] };
}

export interface Subject {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  /** Of a ServiceAccount. */
  readonly namespace?: string;
}

export interface RoleRef {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
}

interface Binding extends KubeObject {
  readonly subjects?: readonly Subject[];
  readonly roleRef: RoleRef;
}

/** Gives what a Role or ClusterRole allows within the binding's own namespace. */
export interface RoleBinding extends Binding {
  readonly kind: "RoleBinding";
}

/** Gives what a ClusterRole allows, everywhere. */
export interface ClusterRoleBinding extends Binding {
  readonly kind: "ClusterRoleBinding";
}
