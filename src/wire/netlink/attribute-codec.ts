/** How one attribute's payload is laid out. Integers are in host byte order unless named otherwise. */
import { DecodeError } from "../../base/podwire-error.ts";
import { type IpAddress, ipAddressBytes, ipAddressFromBytes } from "../../net/ip-address.ts";
import { type MacAddress, macAddressBytes, macAddressFromBytes } from "../../net/mac-address.ts";
import { Reader } from "../reader.ts";

/** Methods, not properties: so that a table may hold codecs of different types. */
export interface AttributeCodec<T> {
  /** The payload may be aliased by the result. @throws DecodeError when it is too short. */
  decode(payload: Uint8Array): T;
  encode(value: T): Uint8Array;
}

export const u8: AttributeCodec<number> = {
  decode: (payload) => new Reader(payload).u8("u8"),
  encode: (value) => Uint8Array.of(value),
};

/** The kernel's way to write a yes or no that may also be left unsaid. */
export const boolean8: AttributeCodec<boolean> = {
  decode: (payload) => u8.decode(payload) !== 0,
  encode: (value) => Uint8Array.of(value ? 1 : 0),
};

export const u16: AttributeCodec<number> = {
  decode: (payload) => new Reader(payload).u16Host("u16"),
  encode: (value) => Uint8Array.of(value, value >>> 8),
};

/** Network byte order: port numbers. */
export const u16Network: AttributeCodec<number> = {
  decode: (payload) => new Reader(payload).u16("u16"),
  encode: (value) => Uint8Array.of(value >>> 8, value),
};

export const u32: AttributeCodec<number> = {
  decode: (payload) => new Reader(payload).u32Host("u32"),
  encode: (value) => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24),
};

/** NUL-terminated text. */
export const asciiz: AttributeCodec<string> = {
  decode: (payload) => {
    const end = payload.indexOf(0);
    return new TextDecoder().decode(end === -1 ? payload : payload.subarray(0, end));
  },
  encode: (value) => new TextEncoder().encode(`${value}\0`),
};

export const bytes: AttributeCodec<Uint8Array> = {
  decode: (payload) => payload,
  encode: (value) => value,
};

/** 4 or 16 bytes. */
export const ip: AttributeCodec<IpAddress> = {
  decode: (payload) => ipAddressFromBytes(sized(payload, [4, 16], "IP address")),
  encode: ipAddressBytes,
};

export const mac: AttributeCodec<MacAddress> = {
  decode: (payload) => macAddressFromBytes(sized(payload, [6], "MAC address")),
  encode: macAddressBytes,
};

function sized(payload: Uint8Array, lengths: readonly number[], what: string): Uint8Array {
  if (lengths.includes(payload.byteLength)) return payload;
  throw new DecodeError("DECODE_MALFORMED", `${what} of ${payload.byteLength} bytes`, 0);
}
