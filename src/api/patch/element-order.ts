/** Where the items of a list go after a strategic merge: after strategicpatch's normalizeElementOrder. */
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../decoding/check-schema.ts";
import type { Schema } from "../decoding/schema.ts";
import { listSharing } from "../decoding/schema-at.ts";

/**
 * `list` with the items that `order` names in that order, and the others where
 * they stood in `before`, relative to those that stood there too.
 *
 * @param order scalars, or objects of which the merge key is read.
 */
export function inOrderOf(
  list: readonly unknown[],
  order: readonly unknown[],
  before: readonly unknown[],
  schema: Schema,
): unknown[] {
  const { patchMergeKey } = listSharing(schema);
  const identity = (item: unknown): unknown =>
    patchMergeKey !== undefined && isRecord(item) ? item[patchMergeKey] : item;
  const positionIn = (others: readonly unknown[], item: unknown): number =>
    others.findIndex((other) => isDeepStrictEqual(identity(other), identity(item)));
  const byPosition = (items: readonly unknown[], others: readonly unknown[]): unknown[] =>
    items.toSorted((a, b) => positionIn(others, a) - positionIn(others, b));

  const named = byPosition(
    list.filter((item) => positionIn(order, item) >= 0),
    order,
  );
  const others = byPosition(
    list.filter((item) => positionIn(order, item) < 0),
    before,
  );
  const result: unknown[] = [];
  while (named.length > 0 && others.length > 0) {
    const stoodAt = positionIn(before, named[0]);
    const isOtherFirst = stoodAt >= 0 && positionIn(before, others[0]) < stoodAt;
    result.push(isOtherFirst ? others.shift() : named.shift());
  }
  return [...result, ...named, ...others];
}
