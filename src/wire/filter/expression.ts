/** A display filter as a tree: what it says, not yet whether it makes sense. */

/** A stretch of the filter's text, for messages. */
interface Span {
  readonly offset: number;
  readonly length: number;
}

export interface FieldReference extends Span {
  readonly name: string;
  /** `ip.src#2`: which layer of that protocol, from 1; negative counts from the last. */
  readonly layer: number | undefined;
  /** `eth.src[0:3]`: bytes of the field. */
  readonly slice: Slice | undefined;
}

/** From `start` on, `length` bytes or all that follow; a negative start counts from the end. */
export interface Slice {
  readonly start: number;
  readonly length: number | undefined;
}

/** A literal as written; what it means depends on the field that it is compared with. */
export interface Literal extends Span {
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * `==` and the orders hold when any occurrence of the field does; `===`, and
 * every relation after `all`, when all do; `!=` when none is equal, `!==` when any differs.
 */
export type Relation =
  | "=="
  | "==="
  | "!="
  | "!=="
  | ">"
  | "<"
  | ">="
  | "<="
  | "contains"
  | "matches";

export type Expression =
  /** A field or protocol alone: is it there? */
  | { readonly type: "present"; readonly field: FieldReference }
  | {
      readonly type: "compare";
      readonly field: FieldReference;
      /** `field & mask` before the comparison. */
      readonly mask: Literal | undefined;
      readonly relation: Relation;
      readonly right: Literal | FieldReference;
      readonly quantifier: "any" | "all" | undefined;
    }
  /** `tcp.flags & 0x02` alone: is any of the bits set? */
  | { readonly type: "bits"; readonly field: FieldReference; readonly mask: Literal }
  | {
      readonly type: "in";
      readonly field: FieldReference;
      readonly ranges: ReadonlyArray<{ readonly from: Literal; readonly to: Literal }>;
      readonly quantifier: "any" | "all" | undefined;
    }
  | { readonly type: "not"; readonly operand: Expression }
  | { readonly type: "and" | "or" | "xor"; readonly left: Expression; readonly right: Expression };

export function isField(operand: Literal | FieldReference): operand is FieldReference {
  return "name" in operand;
}
