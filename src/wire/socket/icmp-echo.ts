/**
 * ICMP echo, RFC 792, and ICMPv6 echo, RFC 4443 §4, as a ping socket takes and gives them. 8 bytes, then
 * data; network byte order. The kernel fills in checksum and identifier, and hands us only replies to our own.
 *
 *     [ u8 type | u8 code | u16 checksum | u16 identifier | u16 sequence ][ data ]
 */
import type { IpFamily } from "../../net/ip-address.ts";
import { Reader } from "../reader.ts";

const HEADER_BYTES = 8;
const ECHO_REQUEST = { ipv4: 8, ipv6: 128 } as const;

export interface Echo {
  /** 16 bits. */
  readonly sequence: number;
  readonly data: Uint8Array;
}

export function encodeEchoRequest(family: IpFamily, { sequence, data }: Echo): Uint8Array {
  const output = new Uint8Array(HEADER_BYTES + data.byteLength);
  output[0] = ECHO_REQUEST[family];
  new DataView(output.buffer).setUint16(6, sequence);
  output.set(data, HEADER_BYTES);
  return output;
}

/** Of a reply, or of a request that an ICMP error quotes. @throws DecodeError when it is too short. */
export function decodeEcho(input: Uint8Array): Echo {
  const reader = new Reader(input);
  reader.bytes(6, "ICMP type, code, checksum and identifier");
  return { sequence: reader.u16("ICMP sequence"), data: reader.rest() };
}
