/** Merging of lists in strategic merge patches: by a key field, or as a set of scalars. */
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../decoding/check-schema.ts";
import type { Schema } from "../decoding/schema.ts";
import { listSharing, schemaOfItem } from "../decoding/schema-at.ts";
import { ApiError } from "../errors/api-error.ts";
import { inOrderOf } from "./element-order.ts";

type Loose = Readonly<Record<string, unknown>>;
type MergeObjects = (target: Loose, patch: Loose, schema: Schema) => Loose;

export function mergeLists(
  original: readonly unknown[],
  patch: readonly unknown[],
  schema: Schema,
  mergeObjects: MergeObjects,
): unknown[] {
  const { patchMergeKey: key } = listSharing(schema);
  if (key === undefined) {
    const added = patch.filter((value, at) => isNew(value, [...original, ...patch.slice(0, at)]));
    return inOrderOf([...original, ...added], patch, original, schema);
  }
  const items = patch.map((item) => withKey(item, key));
  const changes = items.filter((item) => item["$patch"] === undefined);
  const base = isReplaced(items) ? [] : withoutDeleted(original, items, key);
  const merged = [...base];
  for (const change of changes) {
    const at = merged.findIndex(
      (item) => isRecord(item) && isDeepStrictEqual(item[key], change[key]),
    );
    const found = merged[at];
    const item = mergeObjects(isRecord(found) ? found : {}, change, schemaOfItem(schema));
    merged.splice(at === -1 ? merged.length : at, 1, item);
  }
  return inOrderOf(
    merged,
    changes.map((change) => ({ [key]: change[key] })),
    original,
    schema,
  );
}

export function withoutValues(list: readonly unknown[], values: readonly unknown[]): unknown[] {
  return list.filter((value) => isNew(value, values));
}

function isNew(value: unknown, known: readonly unknown[]): boolean {
  return !known.some((each) => isDeepStrictEqual(each, value));
}

function isReplaced(items: readonly Loose[]): boolean {
  return items.some((item) => item["$patch"] === "replace");
}

function withoutDeleted(
  original: readonly unknown[],
  items: readonly Loose[],
  key: string,
): unknown[] {
  const deleted = items.filter((item) => item["$patch"] === "delete").map((item) => item[key]);
  return original.filter((item) => !isRecord(item) || isNew(item[key], deleted));
}

/** Every item says which it is; only that which replaces the whole list need not. */
function withKey(item: unknown, key: string): Loose {
  if (!isRecord(item)) throw noKey(item, key);
  const { $patch: directive } = item as { readonly $patch?: unknown };
  if (directive === "replace") return item;
  if (directive !== undefined && directive !== "delete") {
    throw new ApiError("BadRequest", `unknown patch type ${JSON.stringify(directive)} in a list`);
  }
  if (item[key] === undefined) throw noKey(item, key);
  return item;
}

function noKey(item: unknown, key: string): ApiError {
  return new ApiError(
    "Invalid",
    `map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`,
  );
}
