/** What a literal means beside a field of a given type. */
import { parseCidr } from "../../net/cidr.ts";
import { ipAddressBytes, parseIpAddress } from "../../net/ip-address.ts";
import type { Literal } from "./expression.ts";
import type { FieldType, FieldValue } from "./field.ts";
import { FilterError } from "./filter-error.ts";

/** A value to compare with; `prefixBits` where only the first bits of an address count. */
export interface Comparand {
  readonly value: FieldValue;
  readonly prefixBits: number | undefined;
}

const booleans: ReadonlyMap<string, number> = new Map([
  ["1", 1],
  ["0", 0],
  ["true", 1],
  ["false", 0],
]);

/** @throws FilterError when the literal is no value of that type. */
export function readLiteral(literal: Literal, type: FieldType, fieldName: string): Comparand {
  const value = readers[type](literal);
  if (value !== undefined) return value;
  throw new FilterError(
    `${literal.text} is no ${typeNames[type]}, which ${fieldName} is`,
    literal.offset,
    literal.length,
    examples[type],
  );
}

const readers: { readonly [T in FieldType]: (literal: Literal) => Comparand | undefined } = {
  number: ({ text, quoted }) => (quoted ? undefined : plain(readNumber(text))),
  boolean: ({ text }) => plain(booleans.get(text.toLowerCase())),
  ipv4: ({ text }) => readAddress(text, 4),
  ipv6: ({ text }) => readAddress(text, 16),
  ether: ({ text }) => plain(readBytes(text, 6)),
  bytes: readByteString,
  protocol: readByteString,
  text: ({ text, quoted }) => (quoted ? plain(text) : undefined),
};

const typeNames: { readonly [T in FieldType]: string } = {
  number: "number",
  boolean: "truth value",
  ipv4: "IPv4 address",
  ipv6: "IPv6 address",
  ether: "MAC address",
  bytes: "byte string",
  protocol: "byte string",
  text: "text",
};

const examples: { readonly [T in FieldType]: string } = {
  number: "write 80, 0x50 or 0b101",
  boolean: "write 1 or 0",
  ipv4: "write 10.96.0.10 or 10.96.0.0/16",
  ipv6: "write fd00::10 or fd00::/64",
  ether: "write 02:1a:00:00:00:01",
  bytes: "write ca:fe or a text in quotes",
  protocol: "write ca:fe or a text in quotes",
  text: 'write a text in quotes: "node01:eth0"',
};

function plain(value: FieldValue | undefined): Comparand | undefined {
  return value === undefined ? undefined : { value, prefixBits: undefined };
}

/** Decimal, `0x` hexadecimal, `0` octal, `0b` binary, or a character in quotes. */
function readNumber(text: string): number | undefined {
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  if (/^(0x[0-9a-f]+|0b[01]+|\d+)$/i.test(text)) return Number(text);
  return undefined;
}

function readAddress(text: string, bytes: 4 | 16): Comparand | undefined {
  const block = parseCidr(text);
  const address = block?.address ?? parseIpAddress(text);
  if (address === undefined) return undefined;
  const value = ipAddressBytes(address);
  return value.byteLength === bytes ? { value, prefixBits: block?.prefixLength } : undefined;
}

function readByteString({ text, quoted }: Literal): Comparand | undefined {
  return plain(quoted ? new TextEncoder().encode(text) : readBytes(text));
}

/** `ca:fe`, `ca-fe`, `ca.fe` or, for the whole length at once, `cafe`. */
function readBytes(text: string, length?: number): Uint8Array | undefined {
  const pairs = /^[0-9a-f]{2}([:.-][0-9a-f]{2})*[:.-]?$/i.test(text)
    ? text.split(/[:.-]/).filter((pair) => pair !== "")
    : (/^([0-9a-f]{2})+$/i.test(text) && text.match(/../g)) || undefined;
  if (pairs === undefined || (length !== undefined && pairs.length !== length)) return undefined;
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}
