/** Looks into schemas: which fields a mapping may have, and what a field is for. */
import * as z from "zod";
import type { DocumentPath } from "../source/position.ts";

/** The names that the mapping at `path` may have; empty when it may have any. */
export function fieldsOf(schema: z.ZodType, path: DocumentPath, value: unknown): readonly string[] {
  const found = schemaAt(schema, path, value);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

/** The description of the field at `path`, as the JSON Schema has it. */
export function describeField(
  schema: z.ZodType,
  path: DocumentPath,
  value: unknown,
): string | undefined {
  const parent = schemaAt(schema, path.slice(0, -1), value);
  const key = path.at(-1);
  if (!(parent instanceof z.ZodObject) || key === undefined) return undefined;
  const field: unknown = parent.shape[key];
  return field instanceof z.ZodType ? field.description : undefined;
}

function schemaAt(schema: z.ZodType, path: DocumentPath, value: unknown): unknown {
  let current: unknown = unwrap(schema, value);
  let data = value;
  for (const key of path) {
    data = typeof data === "object" && data !== null ? Reflect.get(data, key) : undefined;
    current = unwrap(step(current, key), data);
  }
  return current;
}

function step(schema: unknown, key: string | number): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[key];
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return undefined;
}

/** Through `optional` and `lazy`, and through a union to the form that fits the data's type. */
function unwrap(schema: unknown, data: unknown): unknown {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap(), data);
  if (schema instanceof z.ZodLazy) return unwrap(schema.unwrap(), data);
  if (!(schema instanceof z.ZodUnion)) return schema;
  const options = schema.options.map((option) => unwrap(option, data));
  return (
    options.find((option) => fits(option, data)) ??
    options.find((option) => option instanceof z.ZodObject)
  );
}

function fits(schema: unknown, data: unknown): boolean {
  if (Array.isArray(data)) return schema instanceof z.ZodArray;
  if (typeof data !== "object" || data === null) return false;
  if (!(schema instanceof z.ZodObject)) return schema instanceof z.ZodRecord;
  // Forms that differ by a constant, such as a plugin's name: the one whose constant is there.
  return Object.entries(schema.shape).every(
    ([key, field]) => !(field instanceof z.ZodLiteral) || field.values.has(Reflect.get(data, key)),
  );
}
