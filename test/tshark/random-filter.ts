/** Display filters made at random from the fields and values of real packets. */
import { type Random, randomBelow } from "../../src/base/random.ts";
import type { FieldValue, FrameFacts } from "../../src/wire/filter/field.ts";
import { fieldNames, findField } from "../../src/wire/filter/field-table.ts";
import { reader } from "../../src/wire/filter/occurrences.ts";

/** A field with values that it has in the packets at hand. */
interface Vocabulary {
  readonly name: string;
  readonly literals: readonly string[];
}

/** Fields that tshark reads from other sources than the packet's bytes. */
const notInFile: ReadonlySet<string> = new Set(["frame.interface_name", "frame.number"]);

export function vocabularyOf(packets: readonly FrameFacts[]): readonly Vocabulary[] {
  return fieldNames()
    .filter((name) => !notInFile.has(name))
    .map((name) => {
      const values = reader({ name, layer: undefined, slice: undefined, offset: 0, length: 1 });
      const literals = new Set(
        packets.flatMap((packet) => values(packet).map((value) => formatLiteral(value, name))),
      );
      return { name, literals: [...literals].sort() };
    });
}

export function randomFilter(vocabulary: readonly Vocabulary[], random: Random): string {
  const pick = <T>(items: readonly T[]): T => {
    const item = items[randomBelow(items.length, random)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  };
  const test = (): string => {
    const { name, literals } = pick(vocabulary);
    if (literals.length === 0 || findField(name)?.type === "protocol" || random() < 0.15)
      return name;
    const type = findField(name)?.type;
    const relations =
      type === "text"
        ? ["==", "!=", "contains", "matches"]
        : type === "number"
          ? ["==", "!=", ">", "<", ">=", "<=", "in", "&"]
          : ["==", "!=", ">", "<"];
    const relation = pick(type === "boolean" ? ["==", "!="] : relations);
    const [literal, other] = [pick(literals), pick(literals)];
    if (relation === "in") {
      const [low, high] = [Number(literal), Number(other)].sort((a, b) => a - b);
      return `${name} in {${low} .. ${high}}`;
    }
    return relation === "&" ? `${name} & ${literal}` : `${name} ${relation} ${literal}`;
  };
  const expression = (depth: number): string => {
    const dice = random();
    if (depth === 0 || dice < 0.4) return test();
    if (dice < 0.5) return `!(${expression(depth - 1)})`;
    if (dice < 0.55) return `!${test()}`;
    const operator = pick(["&&", "||", "and", "or"]);
    const [left, right] = [expression(depth - 1), expression(depth - 1)];
    return dice < 0.8 ? `${left} ${operator} ${right}` : `(${left}) ${operator} (${right})`;
  };
  return expression(3);
}

function formatLiteral(value: FieldValue, name: string): string {
  if (typeof value === "number") return String(value);
  // A comma would end the filter in tshark's statistics, a quotation mark the string.
  if (typeof value === "string") return `"${value.replace(/[",\\]/g, "")}"`;
  if (findField(name)?.type === "ipv4") return value.join(".");
  const pairs = Array.from(value, (byte) => byte.toString(16).padStart(2, "0"));
  return findField(name)?.type === "ipv6"
    ? pairs.join("").replace(/(....)(?!$)/g, "$1:")
    : pairs.join(":");
}
