/** Where a named field occurs in a packet: all of its values, outermost layer first. */
import type { FieldReference, Literal, Slice } from "./expression.ts";
import type { Field, FieldType, FieldValue, FrameFacts } from "./field.ts";
import { findField, suggestField } from "./field-table.ts";
import { FilterError } from "./filter-error.ts";
import { readLiteral } from "./literal.ts";

export type Occurrences = (packet: FrameFacts) => readonly FieldValue[];

/** Of a field, of one layer's field, or of some of its bytes. */
export function reader(reference: FieldReference): Occurrences {
  const found = lookUp(reference);
  const { slice, layer: which } = reference;
  const cut = slice === undefined ? undefined : slicer(reference, slice, found.type);
  const read = (packet: FrameFacts): readonly FieldValue[] => {
    if (found.layers === "frame") return flatten(found.read(packet));
    const { layers } = found;
    const there = packet.layers.filter(({ type }) => layers.includes(type));
    const chosen =
      which === undefined
        ? there
        : there.slice(...(which > 0 ? [which - 1, which] : lastOnes(which)));
    return chosen.flatMap((layer) => flatten(found.read(layer)));
  };
  return cut === undefined ? read : (packet) => read(packet).flatMap(cut);
}

function lastOnes(which: number): readonly [number, number | undefined] {
  return [which, which === -1 ? undefined : which + 1];
}

function flatten(value: FieldValue | readonly FieldValue[] | undefined): readonly FieldValue[] {
  if (value === undefined) return [];
  return typeof value === "object" && !(value instanceof Uint8Array) ? value : [value];
}

/** Bytes of a field; an occurrence too short for the slice is none. */
function slicer(
  { name, offset, length }: FieldReference,
  slice: Slice,
  type: FieldType,
): (value: FieldValue) => readonly FieldValue[] {
  if (type === "number" || type === "boolean") {
    throw new FilterError(`${name} is a number: it has no bytes to take from`, offset, length);
  }
  return (value) => {
    const bytes = value instanceof Uint8Array ? value : new TextEncoder().encode(`${value}`);
    const start = slice.start < 0 ? bytes.byteLength + slice.start : slice.start;
    const end = slice.length === undefined ? bytes.byteLength : start + slice.length;
    return start < 0 || end > bytes.byteLength || end <= start ? [] : [bytes.subarray(start, end)];
  };
}

/** `field & mask`. */
export function maskedReader(reference: FieldReference, mask: Literal): Occurrences {
  const type = operandType(reference);
  if (type !== "number") {
    throw new FilterError(
      `${reference.name} is no number: & takes bits of numbers`,
      reference.offset,
      reference.length,
    );
  }
  const { value: bits } = readLiteral(mask, "number", reference.name);
  const values = reader(reference);
  return (packet) =>
    values(packet).map((value) =>
      // Beyond 32 bits the operator & would wrap; the fields here have at most that many.
      typeof value === "number" && typeof bits === "number" ? (value & bits) >>> 0 : 0,
    );
}

function lookUp({ name, offset, length }: FieldReference): Field {
  const found = findField(name);
  if (found !== undefined) return found;
  throw new FilterError(
    `${name} is no field or protocol that podwire knows`,
    offset,
    Math.min(length, name.length),
    suggestField(name),
  );
}

/** What the reference is to be compared as; bytes cut out of a field are bytes. */
export function operandType(reference: FieldReference): FieldType {
  return reference.slice === undefined ? lookUp(reference).type : "bytes";
}
