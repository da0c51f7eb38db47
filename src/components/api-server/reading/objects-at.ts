import type { Kind } from "../../../api/objects/kinds.ts";
import { formatKey, type KubeObject, keyOf } from "../../../api/objects/meta.ts";
import type { Store } from "../../../api/store/store.ts";

/**
 * The objects of a kind as they were at an earlier version of the store, in key order: what is there now, with the
 * changes since undone. Undefined when that is longer ago than the store remembers.
 */
export function objectsAt(
  store: Store,
  kind: Kind,
  namespace: string | undefined,
  resourceVersion: string,
): readonly KubeObject[] | undefined {
  const now: readonly KubeObject[] = store.list(kind, namespace);
  if (resourceVersion === store.resourceVersion) return now;
  const changes = store.changesSince(resourceVersion);
  if (changes === undefined) return undefined;
  const concerned = changes.filter(
    ({ object }) =>
      object.kind === kind && (namespace === undefined || object.metadata.namespace === namespace),
  );
  if (concerned.length === 0) return now;
  const byKey = new Map(now.map((object) => [formatKey(keyOf(object)), object]));
  for (const { object, previous } of concerned.toReversed()) {
    const key = formatKey(keyOf(object));
    if (previous === undefined) byKey.delete(key);
    else byKey.set(key, previous);
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}
