/** Discovery as it always was: a document a group and version. */

import { allResources, type GroupVersion, groupVersions } from "../resources/all-resources.ts";
import { apiVersionOf, type Resource, verbsOf } from "../resources/resource.ts";
import { reviewsOf } from "../reviews/all-reviews.ts";
import { subresourcesOf } from "../subresources/all-subresources.ts";

/** `/api`: the versions of the core group. */
export function apiVersions(serverAddress: string): object {
  return {
    kind: "APIVersions",
    versions: groupVersions.filter(({ group }) => group === "").map(({ version }) => version),
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress }],
  };
}

/** `/apis`: all other groups. */
export function apiGroupList(): object {
  return { kind: "APIGroupList", apiVersion: "v1", groups: groupNames.map(groupOf) };
}

const groupNames: readonly string[] = [...new Set(groupVersions.map(({ group }) => group))].filter(
  (group) => group !== "",
);

/** `/apis/apps`; undefined when there is no such group. */
export function apiGroup(name: string): object | undefined {
  return groupNames.includes(name)
    ? { kind: "APIGroup", apiVersion: "v1", ...groupOf(name) }
    : undefined;
}

function groupOf(name: string): object {
  const versions = groupVersions
    .filter(({ group }) => group === name)
    .map((each) => ({ groupVersion: apiVersionOf(each), version: each.version }));
  return { name, versions, preferredVersion: versions[0] };
}

/** `/api/v1`, `/apis/apps/v1`; undefined when there is no such group or version. */
export function apiResourceList(wanted: GroupVersion): object | undefined {
  const isServed = groupVersions.some((each) => isSame(each, wanted));
  if (!isServed) return undefined;
  const resources = allResources.filter((each) => isSame(each, wanted)).flatMap(entriesOf);
  const reviews = reviewsOf(wanted).map(({ plural, kind, namespaced = false }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced,
    kind,
    verbs: ["create"],
  }));
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersionOf(wanted),
    resources: [...resources, ...reviews],
  };
}

function entriesOf(resource: Resource): readonly object[] {
  const { plural, singular, namespaced, kind, shortNames, categories } = resource;
  const own = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: verbsOf(resource),
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
  const below = subresourcesOf(resource).map((subresource) => ({
    name: `${plural}/${subresource.name}`,
    singularName: "",
    namespaced,
    ...(subresource.kind ?? { kind }),
    verbs: subresource.verbs,
  }));
  return [own, ...below];
}

function isSame(a: GroupVersion, b: GroupVersion): boolean {
  return a.group === b.group && a.version === b.version;
}
