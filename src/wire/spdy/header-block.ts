/**
 * The names and values of a SPDY/3 header block, uncompressed, §2.6.10. Network byte order.
 *
 *    [ u32 count ] then for each [ u32 length | name | u32 length | value ]
 *
 * Names are lower case. Several values of one name are one, with NULs in between.
 */
import { DecodeError } from "../../base/podwire-error.ts";
import { Reader } from "../reader.ts";

/** In the order of the wire; a name occurs once. */
export type SpdyHeaders = ReadonlyMap<string, readonly string[]>;

/** @throws DecodeError when it is cut off, a name is empty or occurs twice. */
export function decodeHeaderBlock(input: Uint8Array): SpdyHeaders {
  const reader = new Reader(input);
  const count = reader.u32("SPDY header count");
  const headers = new Map<string, readonly string[]>();
  for (let index = 0; index < count; index++) {
    const { offset } = reader;
    const name = text(reader, "SPDY header name").toLowerCase();
    const value = text(reader, "SPDY header value");
    if (name === "" || headers.has(name)) {
      throw new DecodeError("DECODE_MALFORMED", `SPDY header name ${JSON.stringify(name)}`, offset);
    }
    headers.set(name, value.split("\0"));
  }
  return headers;
}

export function encodeHeaderBlock(headers: SpdyHeaders): Uint8Array {
  const parts: Uint8Array[] = [word(headers.size)];
  for (const [name, values] of headers) {
    for (const piece of [name.toLowerCase(), values.join("\0")]) {
      const bytes = encoder.encode(piece);
      parts.push(word(bytes.byteLength), bytes);
    }
  }
  return Buffer.concat(parts);
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function text(reader: Reader, what: string): string {
  return decoder.decode(reader.bytes(reader.u32(`${what} length`), what));
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
