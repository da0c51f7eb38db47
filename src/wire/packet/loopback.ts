/**
 * BSD loopback header, LINKTYPE_NULL (0) and LINKTYPE_LOOP (108): the address
 * family in four bytes, in the byte order of the capturing host, or in network
 * order for LINKTYPE_LOOP. 2 is IPv4 everywhere; 24, 28 and 30 are IPv6.
 */
import { BaseLayer } from "./base-layer.ts";
import { u32 } from "./fields.ts";

export const LOOPBACK_HEADER_BYTES = 4;

export class LoopbackLayer extends BaseLayer<"null"> {
  constructor(packet: Uint8Array, offset: number, end: number) {
    super("null", packet, offset, LOOPBACK_HEADER_BYTES, end);
  }

  /** An AF_ number. Small, so the byte order shows: its other end is zero. */
  get family(): number {
    const value = u32(this.packet, this.offset);
    return value > 0xffff ? value >>> 24 : value;
  }
}
