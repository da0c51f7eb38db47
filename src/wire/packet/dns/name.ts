/**
 * Domain names as DNS messages carry them, RFC 1035 §3.1 and §4.1.4: labels
 * behind their length, a zero at the end, or instead of it a pointer (two bytes,
 * the highest two bits set) to where in the message the rest stands.
 *
 *    03 www 07 example 03 com 00      c0 0c
 */
import { DecodeError } from "../../../base/podwire-error.ts";
import { u8, u16 } from "../fields.ts";

/** As Wireshark writes the root, which has no labels. */
const ROOT_NAME = "<Root>";
const POINTER = 0xc0;
const POINTER_MASK = 0x3fff;
const MAX_LABEL_BYTES = 63;
/** RFC 1035 §2.3.4: on the wire, lengths and final zero counted. */
const MAX_NAME_BYTES = 255;
const FIRST_PRINTABLE = 0x21;
const LAST_PRINTABLE = 0x7e;

export interface DecodedName {
  readonly name: string;
  /** Where the message goes on behind the name, or behind the pointer that ended it. */
  readonly next: number;
}

/**
 * The name at `start` of a whole message.
 *
 * @throws DecodeError when it runs over the end, or in a circle.
 */
export function decodeDnsName(message: Uint8Array, start: number): DecodedName {
  const labels: string[] = [];
  let offset = start;
  let next: number | undefined;
  let size = 0;
  for (;;) {
    const length = byteAt(message, offset);
    if (length === 0) break;
    if (length >= POINTER) {
      byteAt(message, offset + 1);
      next ??= offset + 2;
      const target = u16(message, offset) & POINTER_MASK;
      // Only backwards, so that every pointer comes closer to the start and none leads round.
      if (target >= offset) throw new DecodeError("DECODE_MALFORMED", "DNS name pointer", offset);
      offset = target;
      continue;
    }
    size += length + 1;
    if (length > MAX_LABEL_BYTES || size >= MAX_NAME_BYTES) {
      throw new DecodeError("DECODE_MALFORMED", "DNS label", offset);
    }
    byteAt(message, offset + length);
    labels.push(labelText(message, offset + 1, length));
    offset += length + 1;
  }
  return { name: labels.length === 0 ? ROOT_NAME : labels.join("."), next: next ?? offset + 1 };
}

/**
 * Without compression; a final dot and {@link ROOT_NAME} are understood.
 *
 * @throws RangeError when a label or the name is too long, or a label is empty.
 */
export function encodeDnsName(name: string): Uint8Array {
  const text = name.replace(/\.$/, "");
  const labels = text === "" || text === ROOT_NAME ? [] : text.split(".");
  const bytes: number[] = [];
  for (const label of labels) {
    const encoded = new TextEncoder().encode(label);
    if (encoded.byteLength === 0 || encoded.byteLength > MAX_LABEL_BYTES) {
      throw new RangeError(`${name}: a label has 1..${MAX_LABEL_BYTES} bytes`);
    }
    bytes.push(encoded.byteLength, ...encoded);
  }
  bytes.push(0);
  if (bytes.length > MAX_NAME_BYTES) {
    throw new RangeError(`${name}: a name has at most ${MAX_NAME_BYTES} bytes`);
  }
  return Uint8Array.from(bytes);
}

function byteAt(message: Uint8Array, offset: number): number {
  if (offset >= message.byteLength) {
    throw new DecodeError("DECODE_TRUNCATED", "DNS name", message.byteLength);
  }
  return u8(message, offset);
}

/** Bytes that a host name does not have are written `\DDD`, as in zone files (RFC 1035 §5.1). */
function labelText(message: Uint8Array, start: number, length: number): string {
  let text = "";
  for (let offset = start; offset < start + length; offset++) {
    const byte = u8(message, offset);
    const character = String.fromCharCode(byte);
    const isPlain = byte >= FIRST_PRINTABLE && byte <= LAST_PRINTABLE && !".\\".includes(character);
    text += isPlain ? character : `\\${String(byte).padStart(3, "0")}`;
  }
  return text;
}
