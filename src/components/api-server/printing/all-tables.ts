import type { Kind, KindMap } from "../../../api/objects/kinds.ts";
import type { KubeObject } from "../../../api/objects/meta.ts";
import { ageColumn, nameColumn } from "./column.ts";
import { endpointSliceTable, endpointsTable } from "./endpoint-tables.ts";
import { eventTable } from "./event-table.ts";
import { ageSince } from "./human-duration.ts";
import type { KindTable } from "./kind-table.ts";
import { leaseTable, networkPolicyTable, serviceCIDRTable } from "./networking-tables.ts";
import { nodeTable } from "./node-table.ts";
import {
  configMapTable,
  namespaceTable,
  secretTable,
  serviceAccountTable,
} from "./plain-tables.ts";
import { podTable } from "./pod-table.ts";
import { bindingTable, roleTable } from "./rbac-tables.ts";
import { serviceTable } from "./service-table.ts";
import {
  controllerRevisionTable,
  daemonSetTable,
  deploymentTable,
  replicaSetTable,
  statefulSetTable,
} from "./workload-tables.ts";

const tables: { readonly [K in Kind]?: KindTable<KindMap[K]> } = {
  ClusterRole: roleTable,
  ClusterRoleBinding: bindingTable,
  ConfigMap: configMapTable,
  ControllerRevision: controllerRevisionTable,
  DaemonSet: daemonSetTable,
  Deployment: deploymentTable,
  EndpointSlice: endpointSliceTable,
  Endpoints: endpointsTable,
  Event: eventTable,
  Lease: leaseTable,
  Namespace: namespaceTable,
  NetworkPolicy: networkPolicyTable,
  Node: nodeTable,
  Pod: podTable,
  ReplicaSet: replicaSetTable,
  Role: roleTable,
  RoleBinding: bindingTable,
  Secret: secretTable,
  Service: serviceTable,
  ServiceAccount: serviceAccountTable,
  ServiceCIDR: serviceCIDRTable,
  StatefulSet: statefulSetTable,
};

/** Kinds without columns of their own: as a real server shows what it does not know. */
const plainTable: KindTable<KubeObject> = {
  columns: [nameColumn, ageColumn],
  cells: ({ metadata }, now) => [metadata.name, ageSince(metadata.creationTimestamp, now)],
};

export function tableOf(kind: Kind): KindTable<KubeObject> {
  // Whoever asks has objects of that kind.
  return (tables[kind] as KindTable<KubeObject> | undefined) ?? plainTable;
}
