/**
 * What is applied on the server must be made of declared fields, and tell the items of its lists apart: else nobody
 * could say who owns what. Refused whatever `fieldValidation` says. After structured-merge-diff's validation.
 */

import { isRecord } from "../../decoding/check-schema.ts";
import { kindSchemas } from "../../decoding/kind-schemas.ts";
import type { ListSchema, Schema } from "../../decoding/schema.ts";
import { schemaOfField } from "../../decoding/schema-at.ts";
import { ApiError } from "../../errors/api-error.ts";
import { type Kind, kinds } from "../../objects/kinds.ts";
import type { ObjectKey } from "../../objects/meta.ts";
import { formatElement, itemElement } from "../managed-fields/path-element.ts";

type Loose = Readonly<Record<string, unknown>>;

/** @throws ApiError Unknown: for the server this is a failure, not a refusal. */
export function assertDeclared(applied: Loose, kind: Kind, { namespace, name }: ObjectKey): void {
  const faults = [...undeclared(applied, kindSchemas[kind], "")];
  if (faults.length === 0) return;
  const text = faults.length === 1 ? faults[0] : ["errors:", ...faults].join("\n  ");
  const { apiVersion } = kinds[kind];
  const version = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
  const object = `${namespace}/${name}; ${version}, Kind=${kind}`;
  throw new ApiError("Unknown", `failed to create typed patch object (${object}): ${text}`);
}

function* undeclared(value: unknown, schema: Schema, path: string): Iterable<string> {
  if (Array.isArray(value) && schema.type === "list") yield* undeclaredInList(value, schema, path);
  if (!isRecord(value) || (schema.type !== "object" && schema.type !== "map")) return;
  for (const [key, each] of Object.entries(value)) {
    const at = `${path}.${key}`;
    const isDeclared = schema.type === "map" || Object.hasOwn(schema.fields, key);
    if (isDeclared) yield* undeclared(each, schemaOfField(schema, key), at);
    else yield `${at}: field not declared in schema`;
  }
}

function* undeclaredInList(
  items: readonly unknown[],
  schema: ListSchema,
  path: string,
): Iterable<string> {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const element = schema.listType === undefined ? undefined : itemElement(item, schema);
    if (schema.listType === "map" && element === undefined) {
      yield `${path}: element ${index}: associative list with keys has an element that omits key field ${JSON.stringify(schema.listMapKeys?.[0])} (and doesn't have default value)`;
      continue;
    }
    const step = formatElement(element ?? `i:${index}`);
    if (element !== undefined && seen.has(element))
      yield `${path}: duplicate entries for key ${step}`;
    seen.add(element ?? step);
    yield* undeclared(item, schema.items, `${path}${step}`);
  }
}
