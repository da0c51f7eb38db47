/** Discovery of everything in one document, which kubectl asks for since 1.27. */

import { parseAccept } from "../http/negotiate.ts";
import { allResources, groupVersions } from "../resources/all-resources.ts";
import { type Resource, verbsOf } from "../resources/resource.ts";
import { reviewsOf } from "../reviews/all-reviews.ts";
import { subresourcesOf } from "../subresources/all-subresources.ts";

const group = "apidiscovery.k8s.io";
const shape = "APIGroupDiscoveryList";

/** Clients take the document for what this says. */
export function aggregatedContentType(version: string): string {
  return `application/json;g=${group};v=${version};as=${shape}`;
}

/** The version of the document that is asked for; undefined when the client wants the documents of old. */
export function wantedAggregation(accept: string | undefined): "v2" | "v2beta1" | undefined {
  for (const { mediaType, parameters } of parseAccept(accept ?? "")) {
    if (mediaType !== "application/json" && mediaType !== "*/*") continue;
    if (parameters.get("as") !== shape || parameters.get("g") !== group) {
      // Plain JSON before any of these: what comes first is what is liked better.
      if (!parameters.has("as")) return undefined;
      continue;
    }
    const version = parameters.get("v");
    if (version === "v2" || version === "v2beta1") return version;
  }
  return undefined;
}

/** @param core whether of the core group (`/api`) or of all others (`/apis`). */
export function aggregatedDiscovery(version: "v2" | "v2beta1", core: boolean): object {
  const names = [...new Set(groupVersions.map((each) => each.group))];
  return {
    kind: shape,
    apiVersion: `${group}/${version}`,
    metadata: {},
    items: names.filter((name) => (name === "") === core).map(groupItem),
  };
}

function groupItem(name: string): object {
  return {
    // Of the core group the name is empty.
    metadata: { name, creationTimestamp: null },
    versions: groupVersions
      .filter((each) => each.group === name)
      .map(({ version }) => ({
        version,
        freshness: "Current",
        resources: [
          ...allResources
            .filter((each) => each.group === name && each.version === version)
            .map(resourceItem),
          ...reviewsOf({ group: name, version }).map(({ plural, kind, namespaced }) => ({
            resource: plural,
            responseKind: { group: name, version, kind },
            scope: namespaced ? "Namespaced" : "Cluster",
            singularResource: kind.toLowerCase(),
            verbs: ["create"],
          })),
        ],
      })),
  };
}

function resourceItem(resource: Resource): object {
  const { plural, singular, namespaced, shortNames, categories } = resource;
  const subresources = subresourcesOf(resource).map(({ name, kind, verbs }) => ({
    subresource: name,
    responseKind: kind ?? kindOf(resource),
    verbs,
  }));
  return {
    resource: plural,
    responseKind: kindOf(resource),
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs: verbsOf(resource),
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && { subresources }),
  };
}

function kindOf({ group: kindGroup, version, kind }: Resource): object {
  return { group: kindGroup, version, kind };
}
