/** Values that are no messages, and messages that are values to JSON. */
import type { ProtobufField } from "../../../wire/protobuf/read-fields.ts";
import { readFields } from "../../../wire/protobuf/read-fields.ts";

type Read = (value: ProtobufField["value"]) => unknown;

/** What each says in JSON. */
export const scalars: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["string", text],
  ["int", number],
  ["bool", (value) => number(value) !== 0],
  ["bytes", (value) => Buffer.from(bytes(value)).toString("base64")],
  ["Time", (value) => time(value, 0)],
  ["MicroTime", (value) => time(value, 6)],
  ["Quantity", (value) => text(fieldOf(value, 1) ?? empty)],
  ["IntOrString", intOrString],
  ["FieldsV1", fieldsV1],
]);

const empty = new Uint8Array();

/** Whether it is what is sent for nothing. */
export function isZero(value: unknown): boolean {
  return value === "" || value === 0 || value === false || value === undefined;
}

function bytes(value: ProtobufField["value"]): Uint8Array {
  return value instanceof Uint8Array ? value : empty;
}

function text(value: ProtobufField["value"]): string {
  return Buffer.from(bytes(value)).toString("utf8");
}

function number(value: ProtobufField["value"] | undefined): number {
  return typeof value === "bigint" ? Number(value) : 0;
}

function fieldOf(
  message: ProtobufField["value"],
  wanted: number,
): ProtobufField["value"] | undefined {
  return readFields(bytes(message)).findLast((field) => field.number === wanted)?.value;
}

/** Seconds and nanoseconds; nothing at all is no time. */
function time(value: ProtobufField["value"], digits: number): string | undefined {
  if (bytes(value).byteLength === 0) return undefined;
  const date = new Date(number(fieldOf(value, 1)) * 1_000);
  if (Number.isNaN(date.getTime())) return undefined;
  const micros = Math.floor(number(fieldOf(value, 2)) / 1_000);
  const fraction = digits === 0 ? "" : `.${String(micros).padStart(6, "0")}`;
  return `${date.toISOString().slice(0, 19)}${fraction}Z`;
}

/** Type 0 is the number of field 2, type 1 the text of field 3. */
function intOrString(value: ProtobufField["value"]): number | string {
  const isText = number(fieldOf(value, 1)) === 1;
  return isText ? text(fieldOf(value, 3) ?? empty) : number(fieldOf(value, 2));
}

/** JSON as it is. */
function fieldsV1(value: ProtobufField["value"]): unknown {
  return JSON.parse(text(fieldOf(value, 1) ?? empty) || "{}");
}
