/** Every kind the store holds, with the group it belongs to. The one place to add a kind. */
import type { ConfigMap, Event, Namespace, Node, Secret, ServiceAccount } from "./cluster.ts";
import type { ControllerRevision } from "./controller-revision.ts";
import type { Lease } from "./lease.ts";
import type { NetworkPolicy, ServiceCIDR } from "./networking.ts";
import type { Pod } from "./pod.ts";
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "./rbac.ts";
import type { EndpointSlice, Endpoints, Service } from "./service.ts";
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from "./workload.ts";

export interface KindMap {
  readonly ClusterRole: ClusterRole;
  readonly ClusterRoleBinding: ClusterRoleBinding;
  readonly ConfigMap: ConfigMap;
  readonly ControllerRevision: ControllerRevision;
  readonly DaemonSet: DaemonSet;
  readonly Deployment: Deployment;
  readonly EndpointSlice: EndpointSlice;
  readonly Endpoints: Endpoints;
  readonly Event: Event;
  readonly Lease: Lease;
  readonly Namespace: Namespace;
  readonly NetworkPolicy: NetworkPolicy;
  readonly Node: Node;
  readonly Pod: Pod;
  readonly ReplicaSet: ReplicaSet;
  readonly Role: Role;
  readonly RoleBinding: RoleBinding;
  readonly Secret: Secret;
  readonly Service: Service;
  readonly ServiceAccount: ServiceAccount;
  readonly ServiceCIDR: ServiceCIDR;
  readonly StatefulSet: StatefulSet;
}

export type Kind = keyof KindMap;

/** Any object that the store holds, discriminated by its `kind`. */
export type AnyObject = KindMap[Kind];

export interface KindInfo {
  readonly apiVersion: string;
  readonly namespaced: boolean;
  /** As in `kubectl get` and in URLs. */
  readonly plural: string;
  readonly shortNames: readonly string[];
  /** Whether the API keeps `metadata.generation` for it. */
  readonly countsGenerations?: boolean;
}

export const kinds: { readonly [K in Kind]: KindInfo } = {
  ClusterRole: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    namespaced: false,
    plural: "clusterroles",
    shortNames: [],
  },
  ClusterRoleBinding: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    namespaced: false,
    plural: "clusterrolebindings",
    shortNames: [],
  },
  ConfigMap: { apiVersion: "v1", namespaced: true, plural: "configmaps", shortNames: ["cm"] },
  ControllerRevision: {
    apiVersion: "apps/v1",
    namespaced: true,
    plural: "controllerrevisions",
    shortNames: [],
  },
  DaemonSet: {
    apiVersion: "apps/v1",
    namespaced: true,
    plural: "daemonsets",
    shortNames: ["ds"],
    countsGenerations: true,
  },
  Deployment: {
    apiVersion: "apps/v1",
    namespaced: true,
    plural: "deployments",
    shortNames: ["deploy"],
    countsGenerations: true,
  },
  EndpointSlice: {
    apiVersion: "discovery.k8s.io/v1",
    namespaced: true,
    plural: "endpointslices",
    shortNames: [],
    countsGenerations: true,
  },
  Endpoints: { apiVersion: "v1", namespaced: true, plural: "endpoints", shortNames: ["ep"] },
  Event: { apiVersion: "v1", namespaced: true, plural: "events", shortNames: ["ev"] },
  Lease: {
    apiVersion: "coordination.k8s.io/v1",
    namespaced: true,
    plural: "leases",
    shortNames: [],
  },
  Namespace: { apiVersion: "v1", namespaced: false, plural: "namespaces", shortNames: ["ns"] },
  NetworkPolicy: {
    apiVersion: "networking.k8s.io/v1",
    namespaced: true,
    plural: "networkpolicies",
    shortNames: ["netpol"],
    countsGenerations: true,
  },
  Node: { apiVersion: "v1", namespaced: false, plural: "nodes", shortNames: ["no"] },
  Pod: {
    apiVersion: "v1",
    namespaced: true,
    plural: "pods",
    shortNames: ["po"],
    countsGenerations: true,
  },
  ReplicaSet: {
    apiVersion: "apps/v1",
    namespaced: true,
    plural: "replicasets",
    shortNames: ["rs"],
    countsGenerations: true,
  },
  Role: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    namespaced: true,
    plural: "roles",
    shortNames: [],
  },
  RoleBinding: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    namespaced: true,
    plural: "rolebindings",
    shortNames: [],
  },
  Secret: { apiVersion: "v1", namespaced: true, plural: "secrets", shortNames: [] },
  Service: { apiVersion: "v1", namespaced: true, plural: "services", shortNames: ["svc"] },
  ServiceAccount: {
    apiVersion: "v1",
    namespaced: true,
    plural: "serviceaccounts",
    shortNames: ["sa"],
  },
  ServiceCIDR: {
    apiVersion: "networking.k8s.io/v1",
    namespaced: false,
    plural: "servicecidrs",
    shortNames: [],
  },
  StatefulSet: {
    apiVersion: "apps/v1",
    namespaced: true,
    plural: "statefulsets",
    shortNames: ["sts"],
    countsGenerations: true,
  },
};

export function isKind(text: string): text is Kind {
  return Object.hasOwn(kinds, text);
}

/** `apps`; `""` for the core group. */
export function groupOf(kind: Kind): string {
  const [group = "", version] = kinds[kind].apiVersion.split("/");
  return version === undefined ? "" : group;
}

/** As in the API server's messages: `pods`, `deployments.apps`. */
export function qualifiedResource(kind: Kind): string {
  const group = groupOf(kind);
  return group === "" ? kinds[kind].plural : `${kinds[kind].plural}.${group}`;
}
