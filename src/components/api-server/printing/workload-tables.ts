import type { ControllerRevision } from "../../../api/objects/controller-revision.ts";
import type { ObjectMeta } from "../../../api/objects/meta.ts";
import type { PodTemplateSpec } from "../../../api/objects/pod.ts";
import type {
  DaemonSet,
  Deployment,
  ReplicaSet,
  StatefulSet,
} from "../../../api/objects/workload.ts";
import { ageColumn, type Cell, type Column, integer, nameColumn, text, wide } from "./column.ts";
import { ageSince } from "./human-duration.ts";
import type { KindTable } from "./kind-table.ts";
import { formatLabels, formatSelector } from "./selector-text.ts";

const containerColumns: readonly Column[] = [
  wide(text("Containers", "Names of the containers in the pod template.")),
  wide(text("Images", "Images of the containers in the pod template.")),
];
const selectorColumn = wide(text("Selector", "Labels of the pods that belong to it."));

function containerCells({ spec }: PodTemplateSpec): readonly Cell[] {
  return [
    spec.containers.map(({ name }) => name).join(","),
    spec.containers.map(({ image = "" }) => image).join(","),
  ];
}

export const deploymentTable: KindTable<Deployment> = {
  columns: [
    nameColumn,
    text("Ready", "Ready pods, of those wanted."),
    text("Up-to-date", "Pods made from the present template."),
    text("Available", "Pods that have been ready for minReadySeconds."),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    status?.updatedReplicas ?? 0,
    status?.availableReplicas ?? 0,
    ageSince(metadata.creationTimestamp, now),
    ...containerCells(spec.template),
    formatSelector(spec.selector),
  ],
};

export const replicaSetTable: KindTable<ReplicaSet> = {
  columns: [
    nameColumn,
    integer("Desired", "Pods wanted."),
    integer("Current", "Pods there are."),
    integer("Ready", "Pods that are ready."),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    spec.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    ageSince(metadata.creationTimestamp, now),
    ...containerCells(spec.template),
    formatSelector(spec.selector),
  ],
};

export const statefulSetTable: KindTable<StatefulSet> = {
  columns: [
    nameColumn,
    text("Ready", "Ready pods, of those wanted."),
    ageColumn,
    ...containerColumns,
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    ageSince(metadata.creationTimestamp, now),
    ...containerCells(spec.template),
  ],
};

export const daemonSetTable: KindTable<DaemonSet> = {
  columns: [
    nameColumn,
    integer("Desired", "Nodes that should run one of its pods."),
    integer("Current", "Nodes that run one and should."),
    integer("Ready", "Nodes whose pod is ready."),
    integer("Up-to-date", "Nodes whose pod is made from the present template."),
    integer("Available", "Nodes whose pod has been ready for minReadySeconds."),
    text("Node Selector", "Labels of the nodes that it is for."),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    status?.desiredNumberScheduled ?? 0,
    status?.currentNumberScheduled ?? 0,
    status?.numberReady ?? 0,
    status?.updatedNumberScheduled ?? 0,
    status?.numberAvailable ?? 0,
    formatLabels(spec.template.spec.nodeSelector),
    ageSince(metadata.creationTimestamp, now),
    ...containerCells(spec.template),
    formatSelector(spec.selector),
  ],
};

export const controllerRevisionTable: KindTable<ControllerRevision> = {
  columns: [
    nameColumn,
    text("Controller", "What the revision is of."),
    integer("Revision", "Its place in the history."),
    ageColumn,
  ],
  cells: ({ metadata, revision }, now) => [
    metadata.name,
    ownerText(metadata),
    revision,
    ageSince(metadata.creationTimestamp, now),
  ],
};

/** `statefulset.apps/web`. */
function ownerText({ ownerReferences = [] }: ObjectMeta): string {
  const owner = ownerReferences.find(({ controller }) => controller === true);
  if (owner === undefined) return "<none>";
  const [group, version] = owner.apiVersion.split("/");
  const kind = version === undefined ? owner.kind : `${owner.kind}.${group}`;
  return `${kind.toLowerCase()}/${owner.name}`;
}
