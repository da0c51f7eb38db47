/**
 * Kubernetes' strategic merge patch: a merge patch that knows which lists are
 * merged by a key, and whose directives say what merging cannot. After
 * apimachinery's util/strategicpatch.
 */

import { isRecord } from "../decoding/check-schema.ts";
import type { Schema } from "../decoding/schema.ts";
import { listSharing, schemaOfField } from "../decoding/schema-at.ts";
import { ApiError } from "../errors/api-error.ts";
import { inOrderOf } from "./element-order.ts";
import { mergeLists, withoutValues } from "./merge-lists.ts";

export type Loose = Readonly<Record<string, unknown>>;

const setElementOrder = "$setElementOrder/";
const deleteFromPrimitiveList = "$deleteFromPrimitiveList/";

/**
 * `$patch: replace` puts the patch in the object's place, `$patch: delete`
 * removes it (in a list: the item of that key), `$retainKeys` keeps the named
 * fields alone, `$deleteFromPrimitiveList/f` removes values from the list f,
 * `$setElementOrder/f` orders it.
 *
 * @throws ApiError BadRequest when the patch contradicts itself; Invalid when a
 *   list's item lacks its key.
 */
export function applyStrategicMergePatch(target: Loose, patch: Loose, schema: Schema): Loose {
  const { $patch: directive, $retainKeys: retained, ...changes } = patch;
  if (directive !== undefined) return carryOut(directive, changes);
  const merged = new Map(Object.entries(withKeysRetained(target, retained, changes)));
  // Lists with an order first: their items must not be merged twice.
  const ordered = Object.keys(changes).filter((key) => key.startsWith(setElementOrder));
  const done = new Set(ordered);
  for (const directiveKey of ordered) {
    const key = directiveKey.slice(setElementOrder.length);
    done.add(key);
    const list = orderedList(merged.get(key), changes, key, schemaOfField(schema, key));
    if (list !== undefined) merged.set(key, list);
    else if (Object.hasOwn(changes, key)) merged.delete(key);
  }
  for (const [key, change] of Object.entries(changes)) {
    if (!done.has(key)) mergeField(merged, key, change, schema);
  }
  return Object.fromEntries(merged);
}

function mergeField(
  merged: Map<string, unknown>,
  key: string,
  change: unknown,
  schema: Schema,
): void {
  if (key.startsWith(deleteFromPrimitiveList)) {
    const name = key.slice(deleteFromPrimitiveList.length);
    const list = merged.get(name);
    if (Array.isArray(list)) merged.set(name, withoutValues(list, asList(change, key)));
    return;
  }
  if (change === null) merged.delete(key);
  else merged.set(key, mergeValue(merged.get(key), change, schemaOfField(schema, key)));
}

function mergeValue(original: unknown, change: unknown, schema: Schema): unknown {
  if (isRecord(original) && isRecord(change)) {
    return applyStrategicMergePatch(original, change, schema);
  }
  if (Array.isArray(original) && Array.isArray(change) && isMerged(schema)) {
    return mergeLists(original, change, schema, applyStrategicMergePatch);
  }
  return withoutDirectives(change);
}

function isMerged(schema: Schema): boolean {
  return listSharing(schema).patchStrategy?.startsWith("merge") ?? false;
}

function carryOut(directive: unknown, changes: Loose): Loose {
  if (directive === "replace") return changes;
  if (directive === "delete") return {};
  if (directive === "merge") throw badPatch('$patch: "merge" is of lists only');
  throw badPatch(`unknown patch type ${JSON.stringify(directive)}`);
}

function withKeysRetained(target: Loose, retained: unknown, changes: Loose): Loose {
  if (retained === undefined) return target;
  const keys = new Set(asList(retained, "$retainKeys"));
  for (const [key, value] of Object.entries(changes)) {
    const isField = !key.startsWith("$");
    if (isField && value !== null && !keys.has(key)) {
      throw badPatch(`$retainKeys does not name ${key}, which the patch sets`);
    }
  }
  return Object.fromEntries(Object.entries(target).filter(([key]) => keys.has(key)));
}

/** The field's list with the patch's changes in it, in the patch's order; items that only the server knows keep their places. */
function orderedList(
  original: unknown,
  changes: Loose,
  key: string,
  schema: Schema,
): unknown[] | undefined {
  const order = asList(changes[`${setElementOrder}${key}`], `${setElementOrder}${key}`);
  const change = changes[key];
  const before = Array.isArray(original) ? original : undefined;
  const removing = changes[`${deleteFromPrimitiveList}${key}`];
  const list = removing === undefined ? before : withoutValues(before ?? [], asList(removing, key));
  if (change === null || change === undefined) {
    return change === null ? undefined : list && inOrderOf(list, order, list, schema);
  }
  const changed = asList(change, key);
  const merged =
    list === undefined || !isMerged(schema)
      ? asList(withoutDirectives(changed), key)
      : mergeLists(list, changed, schema, applyStrategicMergePatch);
  return inOrderOf(merged, order, list ?? [], schema);
}

/** What is new is taken as it is, less what says how to merge it. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter((item) => !isDeletion(item)).map(withoutDirectives);
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, each]) => each !== null && !isDirective(key))
      .map(([key, each]) => [key, withoutDirectives(each)]),
  );
}

function isDeletion(item: unknown): boolean {
  return isRecord(item) && item["$patch"] === "delete";
}

function isDirective(key: string): boolean {
  return (
    key === "$patch" ||
    key === "$retainKeys" ||
    key.startsWith(setElementOrder) ||
    key.startsWith(deleteFromPrimitiveList)
  );
}

function asList(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw badPatch(`${key} must be a list`);
}

function badPatch(why: string): ApiError {
  return new ApiError("BadRequest", `invalid strategic merge patch: ${why}`);
}
