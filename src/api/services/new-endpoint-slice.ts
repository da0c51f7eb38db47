import type { Labels } from "../objects/meta.ts";
import type { EndpointSlice, Endpoints, Service } from "../objects/service.ts";
import { controllerReference } from "../owner.ts";

/** A slice that is still to be created: the store names it after its owner, with whom it ends. */
export function newEndpointSlice(
  owner: Service | Endpoints,
  {
    labels,
    ...content
  }: Pick<EndpointSlice, "addressType" | "endpoints" | "ports"> & { readonly labels: Labels },
): EndpointSlice {
  const { name, namespace = "" } = owner.metadata;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "",
      generateName: `${name}-`,
      namespace,
      labels,
      ownerReferences: [controllerReference(owner)],
    },
    ...content,
  };
}
