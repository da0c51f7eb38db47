import { type Presentation, presentTable } from "../presenting/presentation.ts";
import { apiVersionOf } from "../resources/resource.ts";

/** `initial-events-end`: all that there was at the start of the watch has been shown. */
export type BookmarkReason = "initial-events-end";

/**
 * An object that says nothing but how far the stream has come. Of the resource's own kind: clients drop any other,
 * and then wait for ever.
 */
export function bookmark(
  presentation: Presentation,
  resourceVersion: string,
  reason?: BookmarkReason,
): object {
  const { resource, shape, version } = presentation;
  if (shape === "table") return presentTable(presentation, [], { resourceVersion }, false);
  const isMetadata = shape === "metadata";
  return {
    kind: isMetadata ? "PartialObjectMetadata" : resource.kind,
    apiVersion: isMetadata ? `meta.k8s.io/${version}` : apiVersionOf(resource),
    metadata: {
      resourceVersion,
      creationTimestamp: null,
      ...(reason && { annotations: { [`k8s.io/${reason}`]: "true" } }),
    },
  };
}
