/**
 * GRE header, RFC 2784 with the key and sequence number of RFC 2890. 4..16 bytes.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-----------------+-----+-------------------------------+
 *    |C|R|K|S|    reserved     | ver |     protocol type             |
 *    +-+-+-+-+-----------------+-----+-------------------------------+
 *    |  C: checksum                  |  C: reserved                  |
 *    |  K: key                                                       |
 *    |  S: sequence number                                           |
 *    +---------------------------------------------------------------+
 */
import { BaseLayer } from "../base-layer.ts";
import { u16, u32 } from "../fields.ts";
import { ETHERTYPE_BRIDGED, stepOfEtherType } from "../link/ether-type.ts";
import { STEP_END, STEP_ETHERNET, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";

const GRE_BASE_BYTES = 4;
const GRE_CHECKSUM_PRESENT = 0x8000;
const GRE_ROUTING_PRESENT = 0x4000;
const GRE_KEY_PRESENT = 0x2000;
const GRE_SEQUENCE_PRESENT = 0x1000;
const OPTIONAL_WORD_BYTES = 4;

export class GreLayer extends BaseLayer<"gre"> {
  constructor(packet: Uint8Array, offset: number, end: number) {
    super("gre", packet, offset, greHeaderBytes(u16(packet, offset)), end);
  }

  get flags(): number {
    return u16(this.packet, this.offset);
  }

  /** An EtherType: 0x0800 IPv4, 0x6558 an Ethernet frame. */
  get protocol(): number {
    return u16(this.packet, this.offset + 2);
  }

  get key(): number | undefined {
    if ((this.flags & GRE_KEY_PRESENT) === 0) return undefined;
    const before = this.flags & GRE_CHECKSUM_PRESENT ? OPTIONAL_WORD_BYTES : 0;
    return u32(this.packet, this.offset + GRE_BASE_BYTES + before);
  }
}

/** How long a header with these flags is. */
function greHeaderBytes(flags: number): number {
  let length = GRE_BASE_BYTES;
  if ((flags & (GRE_CHECKSUM_PRESENT | GRE_ROUTING_PRESENT)) !== 0) length += OPTIONAL_WORD_BYTES;
  if ((flags & GRE_KEY_PRESENT) !== 0) length += OPTIONAL_WORD_BYTES;
  if ((flags & GRE_SEQUENCE_PRESENT) !== 0) length += OPTIONAL_WORD_BYTES;
  return length;
}

export function walkGre(walk: Walk): Step {
  if (!walk.has(GRE_BASE_BYTES)) return walk.missing(GRE_BASE_BYTES, "gre", "GRE header");
  const length = greHeaderBytes(u16(walk.packet, walk.offset));
  if (!walk.has(length)) return walk.missing(length, "gre", "GRE header with its options");
  const layer = new GreLayer(walk.packet, walk.offset, walk.end);
  walk.layers.push(layer);
  walk.offset += length;
  if (walk.isEmpty) return STEP_END;
  return layer.protocol === ETHERTYPE_BRIDGED ? STEP_ETHERNET : stepOfEtherType(layer.protocol);
}
