import type { KubeObject } from "../../../api/objects/meta.ts";
import type { WatchEvent } from "../../../api/store/watch-event.ts";
import type { Selection } from "../reading/selection.ts";

/** What a watcher is told of a change. */
export interface SelectedEvent {
  readonly type: "ADDED" | "DELETED" | "MODIFIED";
  readonly object: KubeObject;
}

/**
 * A change as somebody sees it who looks at a selection only. An object that comes to match is new to them; one that
 * ceases to match is gone: they are shown what it was when it still matched, with the version of its change.
 */
export function selectEvent(
  { type, object, previous }: WatchEvent,
  { namespace, matches }: Selection,
): SelectedEvent | undefined {
  if (namespace !== undefined && object.metadata.namespace !== namespace) return undefined;
  const before = previous !== undefined && matches(previous);
  const after = type !== "DELETED" && matches(object);
  if (before && after) return { type: "MODIFIED", object };
  if (after) return { type: "ADDED", object };
  if (before && previous !== undefined)
    return { type: "DELETED", object: withVersion(previous, object) };
  return undefined;
}

function withVersion(shown: KubeObject, { metadata }: KubeObject): KubeObject {
  const { resourceVersion } = metadata;
  return {
    ...shown,
    metadata: { ...shown.metadata, ...(resourceVersion !== undefined && { resourceVersion }) },
  };
}
