/** Every sub-resource, in the order of discovery. */
import type { Resource } from "../resources/resource.ts";
import { binding } from "./binding.ts";
import { attach, exec } from "./command.ts";
import { eviction } from "./eviction.ts";
import { finalize } from "./finalize.ts";
import { log } from "./log.ts";
import { portForward } from "./port-forward.ts";
import { scale } from "./scale.ts";
import { status } from "./status.ts";
import type { Subresource } from "./subresource.ts";
import { token } from "./token.ts";

const all: readonly Subresource[] = [
  attach,
  binding,
  eviction,
  exec,
  finalize,
  log,
  portForward,
  scale,
  status,
  token,
];

export function subresourcesOf(resource: Resource): readonly Subresource[] {
  return all.filter(({ belongsTo }) => belongsTo(resource));
}

export function findSubresource(resource: Resource, name: string): Subresource | undefined {
  return subresourcesOf(resource).find((subresource) => subresource.name === name);
}
