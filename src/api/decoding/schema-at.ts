/** What a schema says about the values below a value. */
import { isRecord } from "./check-schema.ts";
import { any, type ListSharing, type Schema } from "./schema.ts";

/** The schema of the field or entry `key`. What the schema does not know may be anything. */
export function schemaOfField(schema: Schema, key: string): Schema {
  if (schema.type === "map") return schema.values;
  if (schema.type !== "object" || !Object.hasOwn(schema.fields, key)) return any;
  return schema.fields[key] ?? any;
}

export function schemaOfItem(schema: Schema): Schema {
  return schema.type === "list" ? schema.items : any;
}

export function listSharing(schema: Schema): ListSharing {
  return schema.type === "list" ? schema : {};
}

/** Whether `value` is written as a whole: scalars, and whatever is atomic. */
export function isLeaf(value: unknown, schema: Schema): boolean {
  if (Array.isArray(value)) return listSharing(schema).listType === undefined;
  if (!isRecord(value)) return true;
  return (schema.type === "map" || schema.type === "object") && schema.mapType === "atomic";
}
