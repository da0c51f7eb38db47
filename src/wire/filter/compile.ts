/**
 * From the tree to a function that says of a packet whether it matches. All
 * that can be wrong with a filter is found here, before the first packet.
 */
import { holds, type SingleRelation } from "./compare.ts";
import {
  type Expression,
  type FieldReference,
  isField,
  type Literal,
  type Relation,
} from "./expression.ts";
import type { FieldType, FieldValue, FrameFacts } from "./field.ts";
import { FilterError } from "./filter-error.ts";
import { type Comparand, readLiteral } from "./literal.ts";
import { maskedReader, operandType, reader } from "./occurrences.ts";
import { parseFilter } from "./parse.ts";

export type Predicate = (packet: FrameFacts) => boolean;

/**
 * A display filter, ready to be asked about packets.
 *
 *     const toService = compileFilter("ip.dst == 10.96.0.0/12 && tcp.flags.syn == 1");
 *
 * @throws FilterError pointing into the text.
 * @see wireshark-filter(4)
 */
export function compileFilter(filter: string): Predicate {
  // As in Wireshark, nothing is asked for: everything passes.
  if (filter.trim() === "") return () => true;
  return compile(parseFilter(filter));
}

function compile(expression: Expression): Predicate {
  switch (expression.type) {
    case "present": {
      const values = reader(expression.field);
      return (packet) => values(packet).length > 0;
    }
    case "bits": {
      const values = maskedReader(expression.field, expression.mask);
      return (packet) => values(packet).some((value) => value !== 0);
    }
    case "compare":
      return compileComparison(expression);
    case "in":
      return compileMembership(expression);
    case "not": {
      const operand = compile(expression.operand);
      return (packet) => !operand(packet);
    }
    case "and":
    case "or":
    case "xor": {
      const [left, right] = [compile(expression.left), compile(expression.right)];
      if (expression.type === "and") return (packet) => left(packet) && right(packet);
      if (expression.type === "or") return (packet) => left(packet) || right(packet);
      return (packet) => left(packet) !== right(packet);
    }
  }
}

type Comparison = Extract<Expression, { type: "compare" }>;

function compileComparison({ field, mask, relation, right, quantifier }: Comparison): Predicate {
  const values = mask === undefined ? reader(field) : maskedReader(field, mask);
  const { single, all, negated } = howMany(relation, quantifier);
  const type = operandType(field);
  if (isField(right)) {
    const others = reader(right);
    checkComparable(field, right);
    return (packet) => {
      const comparands = others(packet);
      return quantify(values(packet), all, negated, (value) =>
        comparands.some((other) => holds(value, single, { value: other, prefixBits: undefined })),
      );
    };
  }
  const test =
    relation === "matches" ? matcher(right, field) : literalTest(right, single, type, field);
  return (packet) => quantify(values(packet), all, negated, test);
}

/** How a relation is asked of several occurrences. */
function howMany(
  relation: Relation,
  quantifier: "any" | "all" | undefined,
): { readonly single: SingleRelation; readonly all: boolean; readonly negated: boolean } {
  switch (relation) {
    case "===":
      return { single: "==", all: true, negated: false };
    case "!=":
      // None may be equal, unless `any` asks for one that differs.
      return { single: "==", all: quantifier !== "any", negated: true };
    case "!==":
      return { single: "==", all: quantifier === "all", negated: true };
    default:
      return { single: relation, all: quantifier === "all", negated: false };
  }
}

/** A field that does not occur satisfies nothing, not even `!=`. */
function quantify(
  values: readonly FieldValue[],
  all: boolean,
  negated: boolean,
  test: (value: FieldValue) => boolean,
): boolean {
  if (values.length === 0) return false;
  return all
    ? values.every((value) => test(value) !== negated)
    : values.some((value) => test(value) !== negated);
}

function literalTest(
  literal: Literal,
  relation: SingleRelation,
  type: FieldType,
  field: FieldReference,
): (value: FieldValue) => boolean {
  if (relation === "contains" && !["text", "bytes", "ether", "protocol"].includes(type)) {
    throw new FilterError(
      `${field.name} is a number or an address, which contains nothing`,
      field.offset,
      field.length,
      "compare it with ==, or with a prefix such as 10.96.0.0/12",
    );
  }
  if (type === "protocol" && relation !== "contains" && field.slice === undefined) {
    throw new FilterError(
      `${field.name} is a protocol: it can be there or not`,
      field.offset,
      field.length,
      `write ${field.name} alone, or compare one of its fields`,
    );
  }
  const comparand = readLiteral(
    literal,
    relation === "contains" && type === "ether" ? "bytes" : type,
    field.name,
  );
  return (value) => holds(value, relation, comparand);
}

/** Wireshark's `matches` ignores case. */
function matcher(literal: Literal, field: FieldReference): (value: FieldValue) => boolean {
  const type = operandType(field);
  if (type !== "text" && type !== "protocol" && type !== "bytes") {
    throw new FilterError(`${field.name} is no text`, field.offset, field.length);
  }
  if (!literal.quoted) {
    throw new FilterError("matches wants a pattern in quotes", literal.offset, literal.length);
  }
  try {
    const pattern = new RegExp(literal.text, "is");
    return (value) =>
      pattern.test(
        value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : `${value}`,
      );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new FilterError(message, literal.offset, literal.length);
  }
}

function compileMembership({
  field,
  ranges,
  quantifier,
}: Extract<Expression, { type: "in" }>): Predicate {
  const values = reader(field);
  const type = operandType(field);
  const bounds = ranges.map(({ from, to }): readonly [Comparand, Comparand | undefined] => [
    readLiteral(from, type, field.name),
    to === from ? undefined : readLiteral(to, type, field.name),
  ]);
  const test = (value: FieldValue): boolean =>
    bounds.some(([from, to]) =>
      to === undefined
        ? holds(value, "==", from)
        : holds(value, ">=", from) && holds(value, "<=", to),
    );
  return (packet) => quantify(values(packet), quantifier === "all", false, test);
}

function checkComparable(left: FieldReference, right: FieldReference): void {
  const [a, b] = [operandType(left), operandType(right)];
  if (a === b) return;
  throw new FilterError(
    `${left.name} and ${right.name} cannot be compared: they are of different types`,
    right.offset,
    right.length,
  );
}
