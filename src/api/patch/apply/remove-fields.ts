/** Taking away what a manager no longer applies. After structured-merge-diff's prune. */
import { isRecord } from "../../decoding/check-schema.ts";
import type { Schema } from "../../decoding/schema.ts";
import { isLeaf, schemaOfField, schemaOfItem } from "../../decoding/schema-at.ts";
import {
  difference,
  type FieldSet,
  fieldSet,
  intersection,
  noFields,
  union,
} from "../managed-fields/field-set.ts";
import { byStep, fieldsOf } from "../managed-fields/fields-of.ts";
import { fieldElement, itemElement } from "../managed-fields/path-element.ts";

/**
 * `merged` without what is in `last` and in no set of `owned`: a list's item
 * goes when nobody owns anything in it any more.
 */
export function withoutAbandoned(
  merged: unknown,
  last: FieldSet,
  owned: FieldSet,
  schema: Schema,
): unknown {
  const named = (set: FieldSet): FieldSet => withNamedFields(set, merged, schema);
  const all = named(fieldsOf(merged, schema));
  const pruned = removeFields(merged, named(last), schema);
  const kept = union(named(fieldsOf(pruned, schema)), named(owned));
  const restored = removeFields(merged, difference(all, kept), schema);
  const gone = difference(all, named(fieldsOf(restored, schema)));
  return removeFields(merged, intersection(gone, named(last)), schema);
}

/** `value` without the members of `fields`, and all that is below them. */
function removeFields(value: unknown, fields: FieldSet, schema: Schema): unknown {
  if (fields.below.size === 0 || isLeaf(value, schema)) return value;
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const below = fields.below.get(itemElement(item, schema) ?? "") ?? noFields;
      return below.isMember ? [] : [removeFields(item, below, schemaOfItem(schema))];
    });
  }
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).flatMap(([key, each]) => {
    const below = fields.below.get(fieldElement(key)) ?? noFields;
    return below.isMember ? [] : [[key, removeFields(each, below, schemaOfField(schema, key))]];
  });
  return Object.fromEntries(kept);
}

/** With the fields of types that only lead to members made members, so that they go once they are empty. */
function withNamedFields(set: FieldSet, value: unknown, schema: Schema): FieldSet {
  const parts = byStep(value, schema);
  return fieldSet(
    set.isMember,
    [...set.below].map(([step, below]) => {
      const part = parts.get(step);
      const deeper = part === undefined ? below : withNamedFields(below, part.value, part.schema);
      const isNamed = part !== undefined && !part.isOwn;
      return [step, { ...deeper, isMember: deeper.isMember || isNamed }];
    }),
  );
}
