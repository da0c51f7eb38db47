/**
 * The roles that every cluster has from its start, as far as they are about what a lab has.
 *
 * @see kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy
 */
import {
  type ClusterRole,
  type ClusterRoleBinding,
  type PolicyRule,
  rbacGroup,
  type Subject,
} from "../../../api/objects/rbac.ts";

const apiVersion = `${rbacGroup}/v1`;
const labels = { "kubernetes.io/bootstrapping": "rbac-defaults" };

const reading = ["get", "list", "watch"];
const writing = ["create", "delete", "deletecollection", "patch", "update"];

/** Of a namespace, but for secrets and accounts, which give away what others may. */
const seen: readonly PolicyRule[] = [
  resources("", reading, [
    ...["configmaps", "endpoints", "pods", "pods/log", "pods/status", "serviceaccounts"],
    ...["services", "services/status", "events", "namespaces", "namespaces/status"],
  ]),
  resources("apps", reading, [
    ...["controllerrevisions", "daemonsets", "daemonsets/status", "deployments"],
    ...["deployments/scale", "deployments/status", "replicasets", "replicasets/scale"],
    ...["replicasets/status", "statefulsets", "statefulsets/scale", "statefulsets/status"],
  ]),
  resources("discovery.k8s.io", reading, ["endpointslices"]),
  resources("networking.k8s.io", reading, ["networkpolicies"]),
  resources("events.k8s.io", reading, ["events"]),
];

const edited: readonly PolicyRule[] = [
  resources("", reading, ["pods/attach", "pods/exec", "pods/portforward", "secrets"]),
  resources("", writing, [
    ...["pods", "pods/attach", "pods/exec", "pods/portforward", "configmaps", "events"],
    ...["secrets", "serviceaccounts", "services"],
  ]),
  resources("", ["create"], ["pods/eviction", "serviceaccounts/token"]),
  resources("apps", writing, [
    ...["daemonsets", "deployments", "deployments/scale", "replicasets", "replicasets/scale"],
    ...["statefulsets", "statefulsets/scale"],
  ]),
  resources("networking.k8s.io", writing, ["networkpolicies"]),
  resources("coordination.k8s.io", [...writing, ...reading], ["leases"]),
  ...seen,
];

const administered: readonly PolicyRule[] = [
  resources("authorization.k8s.io", ["create"], ["localsubjectaccessreviews"]),
  resources(rbacGroup, [...writing, ...reading], ["rolebindings", "roles"]),
  ...edited,
];

const discovery: PolicyRule = {
  nonResourceURLs: [
    ...["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez"],
    ...["/openapi", "/openapi/*", "/readyz", "/version", "/version/"],
  ],
  verbs: ["get"],
};

export const standardRoles: ReadonlyArray<ClusterRole | ClusterRoleBinding> = [
  role("admin", administered),
  role("cluster-admin", [
    { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
    { nonResourceURLs: ["*"], verbs: ["*"] },
  ]),
  role("edit", edited),
  role("system:basic-user", [
    resources(
      "authorization.k8s.io",
      ["create"],
      ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    ),
    resources("authentication.k8s.io", ["create"], ["selfsubjectreviews"]),
  ]),
  role("system:discovery", [discovery]),
  role("system:node-proxier", [
    resources("", ["list", "watch"], ["endpoints", "services"]),
    resources("", reading, ["nodes"]),
    resources("", ["create", "patch", "update"], ["events"]),
    resources("events.k8s.io", ["create", "patch", "update"], ["events"]),
    resources("discovery.k8s.io", ["list", "watch"], ["endpointslices"]),
    resources("networking.k8s.io", ["list", "watch"], ["servicecidrs"]),
  ]),
  role("system:public-info-viewer", [
    {
      nonResourceURLs: ["/healthz", "/livez", "/readyz", "/version", "/version/"],
      verbs: ["get"],
    },
  ]),
  role("view", seen),
  binding("cluster-admin", group("system:masters")),
  binding("system:basic-user", group("system:authenticated")),
  binding("system:discovery", group("system:authenticated")),
  binding("system:node-proxier", {
    kind: "User",
    apiGroup: rbacGroup,
    name: "system:kube-proxy",
  }),
  binding(
    "system:public-info-viewer",
    group("system:authenticated"),
    group("system:unauthenticated"),
  ),
];

function resources(
  apiGroup: string,
  verbs: readonly string[],
  names: readonly string[],
): PolicyRule {
  return { apiGroups: [apiGroup], resources: names, verbs };
}

function role(name: string, rules: readonly PolicyRule[]): ClusterRole {
  return { apiVersion, kind: "ClusterRole", metadata: { name, labels }, rules };
}

/** Of the role of the same name. */
function binding(name: string, ...subjects: readonly Subject[]): ClusterRoleBinding {
  const roleRef = { apiGroup: rbacGroup, kind: "ClusterRole", name };
  return { apiVersion, kind: "ClusterRoleBinding", metadata: { name, labels }, roleRef, subjects };
}

function group(name: string): Subject {
  return { kind: "Group", apiGroup: rbacGroup, name };
}
