import type { Pod } from "../../../api/objects/pod.ts";

/** What a pod learns about itself only once it is on a node. */
export interface PodPlace {
  readonly podIPs: readonly string[];
  readonly hostIPs: readonly string[];
}

/**
 * What a `fieldRef` points at; undefined when a pod has no such field.
 * A label or annotation that is not there is the empty text.
 */
export function resolveFieldRef(pod: Pod, place: PodPlace, fieldPath: string): string | undefined {
  const { metadata, spec } = pod;
  const keyed = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(fieldPath);
  if (keyed !== null) {
    const map = keyed[1] === "labels" ? metadata.labels : metadata.annotations;
    return map?.[keyed[2] ?? ""] ?? "";
  }
  switch (fieldPath) {
    case "metadata.name":
      return metadata.name;
    case "metadata.namespace":
      return metadata.namespace ?? "";
    case "metadata.uid":
      return metadata.uid ?? "";
    case "spec.nodeName":
      return spec.nodeName ?? "";
    case "spec.serviceAccountName":
      return spec.serviceAccountName ?? "default";
    case "status.hostIP":
      return place.hostIPs[0] ?? "";
    case "status.hostIPs":
      return place.hostIPs.join(",");
    case "status.podIP":
      return place.podIPs[0] ?? "";
    case "status.podIPs":
      return place.podIPs.join(",");
    default:
      return undefined;
  }
}
