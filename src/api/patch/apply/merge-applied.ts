/** What an object becomes when a configuration is laid over it. After structured-merge-diff's Merge. */
import { isRecord } from "../../decoding/check-schema.ts";
import type { Schema } from "../../decoding/schema.ts";
import { isLeaf, schemaOfField, schemaOfItem } from "../../decoding/schema-at.ts";
import { itemElement } from "../managed-fields/path-element.ts";

/** `live` with everything that `applied` says; what it does not say stays. */
export function mergeApplied(live: unknown, applied: unknown, schema: Schema): unknown {
  if (live === undefined || isLeaf(applied, schema) || isLeaf(live, schema)) return applied;
  if (Array.isArray(live) && Array.isArray(applied)) return mergeItems(live, applied, schema);
  if (!isRecord(live) || !isRecord(applied)) return applied;
  const merged = new Map(Object.entries(live));
  for (const [key, value] of Object.entries(applied)) {
    merged.set(key, mergeApplied(merged.get(key), value, schemaOfField(schema, key)));
  }
  return Object.fromEntries(merged);
}

/** In the order of `applied`; items of `live` alone keep their places before those they stood before. */
function mergeItems(
  live: readonly unknown[],
  applied: readonly unknown[],
  schema: Schema,
): unknown[] {
  const steps = new Set(applied.map((item) => itemElement(item, schema)));
  const rest = [...live];
  const merged: unknown[] = [];
  const takeOthers = (): void => {
    while (rest.length > 0 && !steps.has(itemElement(rest[0], schema))) merged.push(rest.shift());
  };
  for (const item of applied) {
    takeOthers();
    const step = itemElement(item, schema);
    const at = rest.findIndex((each) => itemElement(each, schema) === step);
    const [found] = at === -1 ? [undefined] : rest.splice(at, 1);
    merged.push(mergeApplied(found, item, schemaOfItem(schema)));
  }
  return [...merged, ...rest];
}
