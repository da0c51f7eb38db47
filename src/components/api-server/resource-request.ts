import type { ObjectKey } from "../../api/objects/meta.ts";
import type { Call } from "./http/call.ts";
import type { ResourceTarget } from "./http/request-target.ts";
import type { Resource } from "./resources/resource.ts";
import type { ServerContext } from "./server-context.ts";

/** What the handler of a verb is about. */
export interface ResourceRequest {
  readonly context: ServerContext;
  readonly resource: Resource;
  readonly target: ResourceTarget;
  readonly call: Call;
}

/** The key of the object that the URL names. */
export function keyOfTarget({ namespace, name = "" }: ResourceTarget): ObjectKey {
  return { namespace, name };
}
