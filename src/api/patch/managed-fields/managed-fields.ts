/** Who wrote which field: `metadata.managedFields` in and out. After apimachinery's util/managedfields. */
import { isRecord } from "../../decoding/check-schema.ts";
import type { ManagedFieldsEntry } from "../../objects/meta.ts";
import { areEqual, decodeFields, encodeFields, type FieldSet, isEmpty } from "./field-set.ts";

/** Who writes: a program, by which way, and to which part of the object. */
export interface Manager {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource?: string;
}

export interface Owned extends Manager {
  readonly fields: FieldSet;
  /** RFC 3339; when the set of fields changed last. */
  readonly time?: string;
}

/** Entries that make no sense are left out. */
export function decodeManagedFields(
  entries: readonly ManagedFieldsEntry[] | undefined,
): readonly Owned[] {
  return (entries ?? []).flatMap(({ manager = "", operation, subresource, ...entry }) => {
    const fields = decodeFields(entry.fieldsV1);
    const isKnown = operation === "Apply" || operation === "Update";
    if (fields === undefined || !isKnown || entry.apiVersion === undefined) return [];
    return {
      manager,
      operation,
      apiVersion: entry.apiVersion,
      ...(subresource !== undefined && subresource !== "" && { subresource }),
      ...(entry.time !== undefined && { time: entry.time }),
      fields,
    };
  });
}

/** Those who apply first, then by age. */
export function encodeManagedFields(owners: readonly Owned[]): readonly ManagedFieldsEntry[] {
  return owners
    .filter(({ fields }) => !isEmpty(fields))
    .toSorted(
      (a, b) =>
        compare(a.operation, b.operation) ||
        compare(a.time ?? "", b.time ?? "") ||
        compare(a.manager, b.manager) ||
        compare(a.apiVersion, b.apiVersion) ||
        compare(a.subresource ?? "", b.subresource ?? ""),
    )
    .map(({ manager, operation, apiVersion, time, fields, subresource }) => ({
      manager,
      operation,
      apiVersion,
      ...(time !== undefined && { time }),
      fieldsType: "FieldsV1",
      fieldsV1: encodeFields(fields),
      ...(subresource !== undefined && { subresource }),
    }));
}

export function isSameManager(a: Manager, b: Manager): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.apiVersion === b.apiVersion &&
    a.subresource === b.subresource
  );
}

/** `owners` with the fields of `manager` set; their time is `now` unless they are the same as before. */
export function withFields(
  owners: readonly Owned[],
  manager: Manager,
  fields: FieldSet,
  now: string,
): readonly Owned[] {
  const previous = owners.find((owner) => isSameManager(owner, manager));
  const others = owners.filter((owner) => owner !== previous);
  if (previous !== undefined && areEqual(previous.fields, fields)) return owners;
  return [...others, { ...manager, fields, time: now }];
}

/** An object's list of managers may be emptied, `[{}]`, to start afresh. */
export function isReset(entries: unknown): boolean {
  return (
    Array.isArray(entries) &&
    entries.length === 1 &&
    isRecord(entries[0]) &&
    Object.keys(entries[0]).length === 0
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
