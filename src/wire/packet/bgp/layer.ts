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
import { u8 } from "../fields.ts";
import { decodeBgpMessage } from "./decode.ts";
import type { BgpMessage } from "./message.ts";

export const BGP_HEADER_BYTES = 19;
export const BGP_MARKER_BYTES = 16;
/** RFC 4271 §4.1 allows 4096; RFC 8654 extends it to what the field holds. */
export const BGP_LENGTH_OFFSET = 16;
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
