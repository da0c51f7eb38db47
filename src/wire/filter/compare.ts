/** Two values of one type, compared as Wireshark compares them. */
import type { Relation } from "./expression.ts";
import type { FieldValue } from "./field.ts";
import type { Comparand } from "./literal.ts";

/** What of a relation is asked of each single occurrence; how many must hold is the evaluator's. */
export type SingleRelation = Exclude<Relation, "===" | "!=" | "!==">;

export function holds(value: FieldValue, relation: SingleRelation, comparand: Comparand): boolean {
  switch (relation) {
    case "==":
      return order(value, comparand) === 0;
    case ">":
      return order(value, comparand) > 0;
    case "<":
      return order(value, comparand) < 0;
    case ">=":
      return order(value, comparand) >= 0;
    case "<=":
      return order(value, comparand) <= 0;
    case "contains":
      return includes(value, comparand.value);
    case "matches":
      throw new RangeError("matches is compiled to a regular expression");
  }
}

/** Negative, zero or positive. Of an address with a prefix length only the prefix is looked at. */
function order(value: FieldValue, { value: other, prefixBits }: Comparand): number {
  if (typeof value === "number" && typeof other === "number") return value - other;
  if (typeof value === "string" && typeof other === "string") {
    return value < other ? -1 : value > other ? 1 : 0;
  }
  return value instanceof Uint8Array && other instanceof Uint8Array
    ? orderBytes(value, other, prefixBits)
    : Number.NaN;
}

function orderBytes(a: Uint8Array, b: Uint8Array, prefixBits = Number.POSITIVE_INFINITY): number {
  const shared = Math.min(a.byteLength, b.byteLength);
  for (let index = 0; index < shared && index * 8 < prefixBits; index++) {
    const bits = Math.min(8, prefixBits - index * 8);
    const shift = 8 - bits;
    const difference = ((a[index] ?? 0) >> shift) - ((b[index] ?? 0) >> shift);
    if (difference !== 0) return difference;
  }
  return prefixBits === Number.POSITIVE_INFINITY ? a.byteLength - b.byteLength : 0;
}

function includes(value: FieldValue, part: FieldValue): boolean {
  if (typeof value === "string" && typeof part === "string") return value.includes(part);
  if (!(value instanceof Uint8Array && part instanceof Uint8Array)) return false;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).includes(Buffer.from(part));
}
