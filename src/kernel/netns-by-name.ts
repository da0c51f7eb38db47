import type { Netns } from "./netns.ts";

/** The namespaces that exist, by the names that plans use. Whoever made it disposes of them. */
export type NetnsByName = ReadonlyMap<string, Netns>;

/** @throws RangeError when a plan names one that is not there. */
export function netnsNamed(netnsByName: NetnsByName, name: string): Netns {
  return netnsByName.get(name) ?? missing(name);
}

function missing(name: string): never {
  throw new RangeError(`a plan names the netns ${name}, which is not there`);
}
