/** Which fields of an object nobody owns, and which were there before anybody wrote. */
import { isRecord } from "../../decoding/check-schema.ts";
import type { Schema } from "../../decoding/schema.ts";
import { schemaOfField } from "../../decoding/schema-at.ts";
import {
  decodeFields,
  difference,
  type FieldSet,
  fieldSet,
  noFields,
  withoutSubtrees,
} from "./field-set.ts";
import { fieldElement } from "./path-element.ts";

/** What identifies an object, or is the server's to write. */
const unowned: FieldSet =
  decodeFields({
    "f:apiVersion": {},
    "f:kind": {},
    "f:metadata": {
      ".": {},
      "f:creationTimestamp": {},
      "f:generation": {},
      "f:managedFields": {},
      "f:name": {},
      "f:namespace": {},
      "f:resourceVersion": {},
      "f:selfLink": {},
      "f:uid": {},
    },
  }) ?? noFields;

const statusField = fieldElement("status");

/** Which part of the object a request writes: all but the status, or the status alone. */
export type WrittenPart = "all" | "main" | "status";

/** What of `fields` a writer of `part` comes to own. */
export function ownable(fields: FieldSet, part: WrittenPart): FieldSet {
  const own = difference(fields, unowned);
  const { below } = own;
  if (part === "all") return own;
  if (part === "status") {
    return fieldSet(false, [[statusField, below.get(statusField) ?? noFields]]);
  }
  return withoutSubtrees(own, decodeFields({ [statusField]: {} }) ?? noFields);
}

/** Members of the API's types that are there, empty, in every object, so that nobody creates them. */
const embedded: ReadonlySet<string> = new Set([
  "involvedObject",
  "loadBalancer",
  "metadata",
  "nodeInfo",
  "source",
  "spec",
  "status",
  "strategy",
  "template",
  "updateStrategy",
]);

/** `object`, or nothing, with those members. */
export function withEmbedded(object: unknown, schema: Schema): unknown {
  if (schema.type !== "object" || (object !== undefined && !isRecord(object))) return object;
  const members = Object.keys(schema.fields)
    .filter((name) => embedded.has(name) && schema.fields[name]?.type === "object")
    .map((name) => [name, withEmbedded(object?.[name], schemaOfField(schema, name))] as const);
  return { ...object, ...Object.fromEntries(members) };
}
