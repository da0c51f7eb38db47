import { matchesSelector, parseLabelSelector } from "../../../api/label-selector.ts";
import type { KubeObject } from "../../../api/objects/meta.ts";
import type { ResourceTarget } from "../http/request-target.ts";
import type { Resource } from "../resources/resource.ts";
import { parseFieldSelector } from "./field-selector.ts";

/** Which objects of a kind a list, a watch or a deletion of many is about. */
export interface Selection {
  /** Undefined: all namespaces, or a kind without. */
  readonly namespace: string | undefined;
  readonly matches: (object: KubeObject) => boolean;
  /** Whether it may leave something of the namespace out. */
  readonly isSelective: boolean;
}

/** @throws ApiError BadRequest for a selector that cannot be read. */
export function selectionOf(
  resource: Resource,
  { namespace, name }: Pick<ResourceTarget, "name" | "namespace">,
  query: URLSearchParams,
): Selection {
  const labels = query.get("labelSelector") ?? "";
  const fields = query.get("fieldSelector") ?? "";
  const labelSelector = parseLabelSelector(labels);
  const matchesFields = parseFieldSelector(fields, resource.stored);
  return {
    namespace: namespace === "" ? undefined : namespace,
    isSelective: labels !== "" || fields !== "" || name !== undefined,
    matches: (object) =>
      resource.refusal === undefined &&
      (name === undefined || object.metadata.name === name) &&
      (labels === "" || matchesSelector(labelSelector, object.metadata.labels)) &&
      matchesFields(object),
  };
}
