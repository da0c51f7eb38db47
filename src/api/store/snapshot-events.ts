/** What has changed between two states of everything, for those who know the first: as an informer that lists again tells it. */
import type { AnyObject } from "../objects/kinds.ts";
import { formatKey, keyOf } from "../objects/meta.ts";
import type { WatchEvent } from "./watch-event.ts";

/** Ends first, so that what took a name's place is told after what had it. */
export function snapshotEvents(
  former: readonly AnyObject[],
  now: readonly AnyObject[],
): readonly WatchEvent[] {
  const after = byId(now);
  const before = byId(former);
  const ended = former.flatMap((previous): WatchEvent[] =>
    after.has(idOf(previous)) ? [] : [{ type: "DELETED", object: previous, previous }],
  );
  const changed = now.flatMap((object): WatchEvent[] => {
    const previous = before.get(idOf(object));
    if (previous === undefined) return [{ type: "ADDED", object }];
    const isSame = previous.metadata.resourceVersion === object.metadata.resourceVersion;
    return isSame ? [] : [{ type: "MODIFIED", object, previous }];
  });
  return [...ended, ...changed];
}

function byId(objects: readonly AnyObject[]): ReadonlyMap<string, AnyObject> {
  return new Map(objects.map((object) => [idOf(object), object]));
}

function idOf(object: AnyObject): string {
  return `${object.kind} ${formatKey(keyOf(object))}`;
}
