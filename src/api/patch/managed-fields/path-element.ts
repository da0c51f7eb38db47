/**
 * One step from a value to a value inside it, as `managedFields` write it:
 * `f:spec` a field, `k:{"name":"web"}` the item with these keys, `v:"x"` the
 * scalar of a set. After structured-merge-diff's fieldpath.
 */
import { isRecord } from "../../decoding/check-schema.ts";
import type { ListSharing, Schema } from "../../decoding/schema.ts";
import { listSharing } from "../../decoding/schema-at.ts";

export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** Which item of a shared list `item` is; undefined when it lacks a key. */
export function itemElement(item: unknown, schema: Schema): string | undefined {
  const sharing = listSharing(schema);
  if (sharing.listType === "set") return isRecord(item) ? undefined : `v:${JSON.stringify(item)}`;
  return isRecord(item) ? keyedElement(item, sharing) : undefined;
}

function keyedElement(
  item: Readonly<Record<string, unknown>>,
  { listMapKeys = [], keyDefaults = {} }: ListSharing,
): string | undefined {
  const keys = listMapKeys
    .map((key) => [key, item[key] ?? keyDefaults[key]] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  // One key of several may be absent, as an old object's protocol: such items are still told apart.
  if (keys.every(([, value]) => value === undefined)) return undefined;
  const present = keys.filter(([, value]) => value !== undefined);
  return `k:${JSON.stringify(Object.fromEntries(present))}`;
}

/** As in messages: `.spec`, `[name="web"]`, `[="x"]`, `[0]`. */
export function formatElement(element: string): string {
  const kind = element.slice(0, 2);
  const text = element.slice(2);
  switch (kind) {
    case "f:":
      return `.${text}`;
    case "k:": {
      const keys: unknown = JSON.parse(text);
      const pairs = Object.entries(isRecord(keys) ? keys : {});
      return `[${pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
    }
    case "v:":
      return `[=${text}]`;
    default:
      return `[${text}]`;
  }
}
