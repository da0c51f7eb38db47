/** Protocol buffers as they are on the wire: numbered fields, without their names and types. */
import { DecodeError } from "../../base/podwire-error.ts";

/** One occurrence of a field. A number is of 64 bits, signed; bytes alias the input. */
export interface ProtobufField {
  readonly number: number;
  readonly value: Uint8Array | bigint;
}

/** The low three bits of a field's key say how long it is. */
const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/**
 * The fields of a message in the order they were written; a field may occur more than once.
 *
 * @throws DecodeError for what is no message.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function readFields(message: Uint8Array): readonly ProtobufField[] {
  const cursor = new Cursor(message);
  const fields: ProtobufField[] = [];
  while (!cursor.isAtEnd) {
    const key = Number(cursor.varint());
    fields.push({ number: key >>> 3, value: contentsOf(cursor, key & 7) });
  }
  return fields;
}

function contentsOf(cursor: Cursor, wireType: number): ProtobufField["value"] {
  switch (wireType) {
    case VARINT:
      return cursor.varint();
    case FIXED_64:
      return cursor.bytes(8);
    case LENGTH_DELIMITED:
      return cursor.bytes(Number(cursor.varint()));
    case FIXED_32:
      return cursor.bytes(4);
    default:
      throw cursor.malformed(`wire type ${wireType}`);
  }
}

class Cursor {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#bytes.byteLength;
  }

  /** Seven bits a byte, the lowest first; at most ten bytes. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#offset];
      if (byte === undefined) throw this.malformed("a number that does not end");
      this.#offset++;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw this.malformed("a number of more than ten bytes");
  }

  bytes(length: number): Uint8Array {
    const end = this.#offset + length;
    if (length < 0 || end > this.#bytes.byteLength) {
      throw this.malformed(`${length} bytes, of which not all are there`);
    }
    const bytes = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return bytes;
  }

  malformed(what: string): DecodeError {
    return new DecodeError("DECODE_MALFORMED", `protobuf: ${what}`, this.#offset);
  }
}
