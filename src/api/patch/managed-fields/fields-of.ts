/** Which fields a value has, and by which two values differ. After structured-merge-diff's typed values. */
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../../decoding/check-schema.ts";
import type { Schema } from "../../decoding/schema.ts";
import { isLeaf, schemaOfField, schemaOfItem } from "../../decoding/schema-at.ts";
import { type FieldSet, fieldSet, noFields, oneField } from "./field-set.ts";
import { fieldElement, itemElement } from "./path-element.ts";

/** A value inside another: the step to it, itself, and its schema. */
interface Part {
  readonly step: string;
  readonly value: unknown;
  readonly schema: Schema;
  /** Entries of maps and items of lists are fields of their own; the fields of a type are there anyway. */
  readonly isOwn: boolean;
}

/** The fields that whoever applies `value` says something about. */
export function fieldsOf(value: unknown, schema: Schema): FieldSet {
  if (isLeaf(value, schema)) return oneField;
  return fieldSet(
    false,
    partsOf(value, schema).map((part) => {
      const fields = fieldsOf(part.value, part.schema);
      const isItself = part.isOwn || isEmptyMap(part.value) || fields.isMember;
      return [part.step, { ...fields, isMember: isItself }];
    }),
  );
}

export interface Differences {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** What became of `before` in `after`; undefined stands for a value that is not there. */
export function differences(before: unknown, after: unknown, schema: Schema): Differences {
  if (before === undefined && after === undefined) return none;
  const isWhole =
    (before === undefined || isLeaf(before, schema) || isNothing(before)) &&
    (after === undefined || isLeaf(after, schema) || isNothing(after));
  if (isWhole) return wholeDifference(before, after);
  const olds = byStep(before, schema);
  const news = byStep(after, schema);
  const below = [...new Set([...olds.keys(), ...news.keys()])].map((step) => {
    const part = news.get(step) ?? olds.get(step);
    const each = differences(
      olds.get(step)?.value,
      news.get(step)?.value,
      part?.schema ?? { type: "any" },
    );
    return [step, each] as const;
  });
  const gather = (kind: keyof Differences, isMember: boolean): FieldSet =>
    fieldSet(
      isMember,
      below.map(([step, each]) => [step, each[kind]]),
    );
  return {
    added: gather("added", before === undefined),
    modified: gather("modified", false),
    removed: gather("removed", after === undefined),
  };
}

const none: Differences = { added: noFields, modified: noFields, removed: noFields };

function wholeDifference(before: unknown, after: unknown): Differences {
  if (before === undefined) return { ...none, added: oneField };
  if (after === undefined) return { ...none, removed: oneField };
  return isDeepStrictEqual(before, after) ? none : { ...none, modified: oneField };
}

export function byStep(value: unknown, schema: Schema): Map<string, Part> {
  return new Map(partsOf(value, schema).map((part) => [part.step, part]));
}

/** The parts of a map, an object or a shared list, in their order. */
function partsOf(value: unknown, schema: Schema): Part[] {
  if (Array.isArray(value)) {
    const items = schemaOfItem(schema);
    return value.flatMap((item) => {
      const step = itemElement(item, schema);
      return step === undefined ? [] : [{ step, value: item, schema: items, isOwn: true }];
    });
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).map(([key, each]) => ({
    step: fieldElement(key),
    value: each,
    schema: schemaOfField(schema, key),
    isOwn: schema.type !== "object" || !Object.hasOwn(schema.fields, key),
  }));
}

function isNothing(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isEmptyMap(value);
}

/** Says something, unlike an empty list of items. */
function isEmptyMap(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 0;
}
