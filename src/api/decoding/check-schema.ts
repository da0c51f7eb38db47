import { unreachable } from "../../base/unreachable.ts";
import { type FieldError, type FieldPath, typeInvalid } from "../errors/field-errors.ts";
import type { Fields, Schema } from "./schema.ts";
import { suggestNames } from "./suggest.ts";

/** A field that the API does not have. The server drops it, with a warning or, when asked to be strict, an error. */
export interface UnknownField {
  readonly path: FieldPath;
  /** Known fields of the same place that look alike, nearest first. */
  readonly suggestions: readonly string[];
}

export interface Checked {
  /** The value without nulls, which mean "absent" to the API, and without unknown fields. */
  readonly value: unknown;
  readonly errors: readonly FieldError[];
  readonly unknownFields: readonly UnknownField[];
}

/** Holds a value of unknown shape against a schema, collecting all that is wrong. Never throws. */
export function checkSchema(value: unknown, schema: Schema, path: FieldPath = []): Checked {
  const findings: Findings = { errors: [], unknownFields: [] };
  return { value: walk(value, schema, path, findings), ...findings };
}

interface Findings {
  readonly errors: FieldError[];
  readonly unknownFields: UnknownField[];
}

function walk(value: unknown, schema: Schema, path: FieldPath, findings: Findings): unknown {
  const refuse = (wanted: string, hint: string = ""): undefined => {
    const detail = `must be of type ${wanted}, not ${typeName(value)}${hint}`;
    findings.errors.push(typeInvalid(path, value, detail));
    return undefined;
  };
  switch (schema.type) {
    case "any":
      return withoutNulls(value);
    case "boolean":
      return typeof value === "boolean" ? value : refuse("boolean");
    case "integer":
      return Number.isSafeInteger(value) ? value : refuse("integer");
    case "integer-or-string":
      return isIntegerOrString(value) ? value : refuse("integer or string");
    case "quantity":
      return typeof value === "number" ? String(value) : asString(value, refuse);
    case "string":
    case "time":
      return asString(value, refuse);
    case "list":
      if (!Array.isArray(value)) return refuse("list");
      return value.map((item, index) => walk(item, schema.items, [...path, index], findings));
    case "map":
      if (!isRecord(value)) return refuse("map");
      return walkMap(value, schema.values, path, findings);
    case "object":
      if (!isRecord(value)) return refuse("object");
      return walkObject(value, schema.fields, path, findings);
    default:
      return unreachable(schema);
  }
}

function isIntegerOrString(value: unknown): value is number | string {
  return typeof value === "string" || Number.isSafeInteger(value);
}

function asString(value: unknown, refuse: (wanted: string, hint?: string) => undefined): unknown {
  if (typeof value === "string") return value;
  const isScalar = typeof value === "number" || typeof value === "boolean";
  return refuse("string", isScalar ? ": put it in quotes" : "");
}

function walkMap(
  value: Readonly<Record<string, unknown>>,
  values: Schema,
  path: FieldPath,
  findings: Findings,
): unknown {
  const entries = present(value).map(([key, each]) => [
    key,
    walk(each, values, [...path, key], findings),
  ]);
  return Object.fromEntries(entries);
}

function walkObject(
  value: Readonly<Record<string, unknown>>,
  fields: Fields,
  path: FieldPath,
  findings: Findings,
): unknown {
  const kept: Array<readonly [string, unknown]> = [];
  for (const [key, each] of present(value)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const at = [...path, key];
    if (field !== undefined) kept.push([key, walk(each, field, at, findings)]);
    else {
      findings.unknownFields.push({
        path: at,
        suggestions: suggestNames(key, Object.keys(fields)),
      });
    }
  }
  return Object.fromEntries(kept);
}

function present(value: Readonly<Record<string, unknown>>): ReadonlyArray<[string, unknown]> {
  return Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  return Object.fromEntries(present(value).map(([key, each]) => [key, withoutNulls(each)]));
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As the manifest's author would call it. */
function typeName(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "integer" : "number";
  return typeof value;
}
