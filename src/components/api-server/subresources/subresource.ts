import type { Answer } from "../http/call.ts";
import type { Upgrade } from "../http/upgrade.ts";
import type { ResourceRequest } from "../resource-request.ts";
import type { Resource } from "../resources/resource.ts";

/** Something that hangs below an object's URL: `pods/NAME/log`, `deployments/NAME/scale`. */
export interface Subresource {
  readonly name: string;
  /** What it answers with, when that is not the resource's own kind. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly verbs: readonly string[];
  readonly belongsTo: (resource: Resource) => boolean;
  /** By the HTTP method. */
  readonly methods: Readonly<
    Record<string, (request: ResourceRequest) => Answer | Promise<Answer>>
  >;
  /** For requests that ask for another protocol. It owns the socket from here on, also when it refuses. */
  readonly upgrade?: (request: ResourceRequest, upgrade: Upgrade) => Promise<void> | void;
}
