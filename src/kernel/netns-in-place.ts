/**
 * A place has a /run of its own, in which the lab's other netns have no names. Here one gets one there: where
 * `ip netns` looks for it, and where a container runtime leaves it for CNI plugins.
 */
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import type { PlaceNamespaces } from "./mounts/namespaces.ts";
import type { Netns } from "./netns.ts";

/** What programs in the place open it by. */
export function netnsNamePath(name: string): string {
  return `/run/netns/${name}`;
}

/** Replaces one of the same name. It must be taken away again before the netns is disposed of. */
export function nameNetns(place: PlaceNamespaces, { name, fd }: Netns): void {
  const link = linkIn(place, name);
  mkdirSync(path.dirname(link), { recursive: true });
  rmSync(link, { force: true });
  // Of the processes that a program there sees, the first is the lab's.
  symlinkSync(`/proc/1/fd/${fd}`, link);
}

/** Nothing happens where there is none. */
export function unnameNetns(place: PlaceNamespaces, name: string): void {
  rmSync(linkIn(place, name), { force: true });
}

function linkIn({ runFolder }: PlaceNamespaces, name: string): string {
  return path.join(runFolder, "netns", name);
}
