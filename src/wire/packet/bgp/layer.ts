/**
 * BGP message header, RFC 4271 §4.1. 19 bytes.
 *
 *    +---------------------------------------------------------------+
 *    |                marker, 16 bytes of ones                       |
 *    +-------------------------------+---------------+---------------+
 *    |  length, header counted       |     type      |
 *    +-------------------------------+---------------+
 */
import { BaseLayer } from "../base-layer.ts";
import { u8, u16 } from "../fields.ts";
import { STEP_DATA, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";
import { decodeBgpMessage } from "./decode.ts";
import type { BgpMessage } from "./message.ts";

const BGP_HEADER_BYTES = 19;
const BGP_MARKER_BYTES = 16;
const TYPE_OFFSET = 18;

/** One message; a segment with several has several of these layers. */
export class BgpLayer extends BaseLayer<"bgp"> {
  constructor(packet: Uint8Array, offset: number, end: number) {
    super("bgp", packet, offset, BGP_HEADER_BYTES, end);
  }

  /** 1 OPEN, 2 UPDATE, 3 NOTIFICATION, 4 KEEPALIVE, 5 ROUTE-REFRESH. */
  get messageType(): number {
    return u8(this.packet, this.offset + TYPE_OFFSET);
  }

  /** Decoded anew each time. */
  get message(): BgpMessage {
    return decodeBgpMessage(this.messageType, this.payload);
  }
}

/** Every whole message of a segment; what is left belongs to one of another segment. */
export function walkBgp(walk: Walk): Step {
  while (walk.has(BGP_HEADER_BYTES) && hasMarker(walk.packet, walk.offset)) {
    const length = u16(walk.packet, walk.offset + BGP_MARKER_BYTES);
    if (length < BGP_HEADER_BYTES) {
      return walk.malformed("bgp", `message length ${length}, at least 19 needed`);
    }
    if (!walk.has(length)) return STEP_DATA;
    walk.layers.push(new BgpLayer(walk.packet, walk.offset, walk.offset + length));
    walk.offset += length;
  }
  return STEP_DATA;
}

function hasMarker(packet: Uint8Array, offset: number): boolean {
  for (let index = 0; index < BGP_MARKER_BYTES; index++) {
    if (u8(packet, offset + index) !== 0xff) return false;
  }
  return true;
}
