/** Every resource that the server serves. A new kind of the store appears here by itself. */
import { type Kind, kinds } from "../../../api/objects/kinds.ts";
import { absentResources } from "./absent-resources.ts";
import { endpointSlicesV1beta1 } from "./endpoint-slices-v1beta1.ts";
import { eventsV1 } from "./events-v1.ts";
import { type Resource, storedResource } from "./resource.ts";

/** What `kubectl get all` shows of what podwire has. */
const inAll: ReadonlySet<Kind> = new Set([
  "DaemonSet",
  "Deployment",
  "Pod",
  "ReplicaSet",
  "Service",
  "StatefulSet",
]);

// Object.keys loses the key type of a constant table.
const storedKinds = Object.keys(kinds) as Kind[];

export const allResources: readonly Resource[] = [
  ...storedKinds.map((kind) => storedResource(kind, inAll.has(kind) ? ["all"] : [])),
  endpointSlicesV1beta1,
  eventsV1,
  ...absentResources,
];

/** Those whose objects have fields to speak of. */
export const describedResources: readonly Resource[] = allResources.filter(
  ({ refusal }) => refusal === undefined,
);

const byPath = new Map(
  allResources.map((resource) => [
    `${resource.group}/${resource.version}/${resource.plural}`,
    resource,
  ]),
);

/** The resource that a URL names; undefined when there is none. */
export function findResource(group: string, version: string, plural: string): Resource | undefined {
  return byPath.get(`${group}/${version}/${plural}`);
}

export interface GroupVersion {
  /** `""` for the core group. */
  readonly group: string;
  readonly version: string;
}

/**
 * Groups that have resources without objects only: reviews that are answered and not stored.
 */
const groupsWithoutObjects: readonly GroupVersion[] = [
  { group: "authentication.k8s.io", version: "v1" },
  { group: "authorization.k8s.io", version: "v1" },
];

/** Every group and version, the core group first, a group's preferred version before its others. */
export const groupVersions: readonly GroupVersion[] = distinct([
  ...allResources.map(({ group, version }) => ({ group, version })),
  ...groupsWithoutObjects,
]);

function distinct(all: readonly GroupVersion[]): readonly GroupVersion[] {
  const byName = new Map(all.map((each) => [`${each.group}/${each.version}`, each]));
  return [...byName.values()].sort((a, b) => compare(a.group, b.group));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
