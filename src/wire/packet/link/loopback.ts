/**
 * BSD loopback header, LINKTYPE_NULL (0) and LINKTYPE_LOOP (108): the address
 * family in four bytes, in the byte order of the capturing host, or in network
 * order for LINKTYPE_LOOP. 2 is IPv4 everywhere; 24, 28 and 30 are IPv6.
 */
import { BaseLayer } from "../base-layer.ts";
import { swap32, u32 } from "../fields.ts";
import { STEP_DATA, STEP_IPV4, STEP_IPV6, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";

const LOOPBACK_HEADER_BYTES = 4;
const MAX_FAMILY = 0xffff;
const AF_INET = 2;
/** NetBSD and OpenBSD, FreeBSD, Darwin; Linux has 10 and writes no such header. */
const AF_INET6 = [24, 28, 30];

export class LoopbackLayer extends BaseLayer<"null"> {
  constructor(packet: Uint8Array, offset: number, end: number) {
    super("null", packet, offset, LOOPBACK_HEADER_BYTES, end);
  }

  /** An AF_ number. It is small: what looks large was written in the other byte order. */
  get family(): number {
    const value = u32(this.packet, this.offset);
    return value > MAX_FAMILY ? swap32(value) : value;
  }
}

export function walkLoopback(walk: Walk): Step {
  if (!walk.has(LOOPBACK_HEADER_BYTES)) {
    return walk.missing(LOOPBACK_HEADER_BYTES, "null", "loopback header");
  }
  const layer = new LoopbackLayer(walk.packet, walk.offset, walk.end);
  walk.layers.push(layer);
  walk.offset += LOOPBACK_HEADER_BYTES;
  if (layer.family === AF_INET) return STEP_IPV4;
  return AF_INET6.includes(layer.family) ? STEP_IPV6 : STEP_DATA;
}
