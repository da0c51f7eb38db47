/** How objects of a resource are shown to one client: as they are, as bare metadata, or as rows of a table. */
import type { KubeObject } from "../../../api/objects/meta.ts";
import type { Accepted } from "../http/negotiate.ts";
import { renderTable, type Table } from "../printing/render-table.ts";
import { apiVersionOf, type Resource, toWire } from "../resources/resource.ts";

export interface Presentation {
  /** Equal for clients that are shown the same, so that what one is sent can be sent to others. */
  readonly id: string;
  readonly resource: Resource;
  readonly shape: "metadata" | "object" | "table";
  /** Of the shape: `v1` or `v1beta1`. */
  readonly version: string;
  readonly includeObject: IncludeObject;
  /** What the client reads. A watch is JSON in any case. */
  readonly format: Accepted["format"];
}

/** How much of its object a row of a table has with it. */
type IncludeObject = "Metadata" | "None" | "Object";

const metaGroup = "meta.k8s.io";

export function presentationFor(
  resource: Resource,
  { as, format }: Accepted,
  query: URLSearchParams,
): Presentation {
  const shape = as === undefined ? "object" : as.shape === "Table" ? "table" : "metadata";
  const version = as?.version ?? "";
  const includeObject = includeObjectOf(query.get("includeObject"));
  const id = `${apiVersionOf(resource)} ${shape} ${version} ${includeObject}`;
  return { id, resource, shape, version, includeObject, format };
}

/** One object, complete. */
export function presentObject(presentation: Presentation, stored: KubeObject): object {
  const { resource, shape, version } = presentation;
  const object = toWire(resource, stored);
  switch (shape) {
    case "object":
      return object;
    case "metadata":
      return {
        kind: "PartialObjectMetadata",
        apiVersion: `${metaGroup}/${version}`,
        metadata: object.metadata,
      };
    case "table":
      return presentTable(presentation, [stored], {
        resourceVersion: stored.metadata.resourceVersion ?? "",
      });
  }
}

/** `metadata` of a list. */
export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** What a list is apart from its items. */
export function presentList(
  { resource, shape, version }: Presentation,
  metadata: ListMeta,
): { readonly kind: string; readonly apiVersion: string; readonly metadata: ListMeta } {
  return shape === "metadata"
    ? { kind: "PartialObjectMetadataList", apiVersion: `${metaGroup}/${version}`, metadata }
    : { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata };
}

/** An item of a list: the list says what they all are. */
export function presentItem(presentation: Presentation, stored: KubeObject): object {
  const {
    kind: _kind,
    apiVersion: _apiVersion,
    ...item
  } = presentObject(presentation, stored) as KubeObject;
  return presentation.shape === "metadata" ? presentObject(presentation, stored) : item;
}

export function presentTable(
  { resource, version, includeObject }: Presentation,
  objects: readonly KubeObject[],
  metadata: ListMeta,
  withColumns: boolean = true,
): Table {
  return renderTable(objects, {
    kind: resource.stored,
    metadata,
    version,
    withColumns,
    now: Date.now(),
    rowObject: (stored) => rowObject(resource, stored, includeObject, version),
  });
}

function rowObject(
  resource: Resource,
  stored: KubeObject,
  includeObject: IncludeObject,
  version: string,
): object | undefined {
  switch (includeObject) {
    case "None":
      return undefined;
    case "Object":
      return toWire(resource, stored);
    case "Metadata":
      return {
        kind: "PartialObjectMetadata",
        apiVersion: `${metaGroup}/${version}`,
        metadata: stored.metadata,
      };
  }
}

function includeObjectOf(text: string | null): IncludeObject {
  return text === "None" || text === "Object" ? text : "Metadata";
}
