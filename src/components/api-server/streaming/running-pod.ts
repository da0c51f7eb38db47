import { ApiError } from "../../../api/errors/api-error.ts";
import { notFound } from "../../../api/errors/not-found.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import { keyOfTarget, type ResourceRequest } from "../resource-request.ts";

/** The pod that the URL names. @throws ApiError NotFound. */
export function podOfTarget({ context: { store }, target }: ResourceRequest): Pod {
  const pod = store.get("Pod", keyOfTarget(target));
  if (pod === undefined) throw notFound("Pod", target.name ?? "");
  return pod;
}

/** The same, once it is on a node. @throws ApiError NotFound, BadRequest. */
export function placedPod(request: ResourceRequest): Pod {
  const pod = podOfTarget(request);
  if ((pod.spec.nodeName ?? "") !== "") return pod;
  throw new ApiError("BadRequest", `pod ${pod.metadata.name} does not have a host assigned`);
}
