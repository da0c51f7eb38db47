import type { Kind } from "../objects/kinds.ts";
import {
  configMap,
  event,
  namespace,
  node,
  pod,
  secret,
  serviceAccount,
} from "./cluster-schema.ts";
import { lease, networkPolicy, serviceCIDR } from "./networking-schema.ts";
import { clusterRole, role, roleBinding } from "./rbac-schema.ts";
import type { Schema } from "./schema.ts";
import { endpointSlice, endpoints, service } from "./service-schema.ts";
import {
  controllerRevision,
  daemonSet,
  deployment,
  replicaSet,
  statefulSet,
} from "./workload-schema.ts";

export const kindSchemas: { readonly [K in Kind]: Schema } = {
  ClusterRole: clusterRole,
  ClusterRoleBinding: roleBinding,
  ConfigMap: configMap,
  ControllerRevision: controllerRevision,
  DaemonSet: daemonSet,
  Deployment: deployment,
  EndpointSlice: endpointSlice,
  Endpoints: endpoints,
  Event: event,
  Lease: lease,
  Namespace: namespace,
  NetworkPolicy: networkPolicy,
  Node: node,
  Pod: pod,
  ReplicaSet: replicaSet,
  Role: role,
  RoleBinding: roleBinding,
  Secret: secret,
  Service: service,
  ServiceAccount: serviceAccount,
  ServiceCIDR: serviceCIDR,
  StatefulSet: statefulSet,
};
