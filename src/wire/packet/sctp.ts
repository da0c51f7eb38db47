/**
 * SCTP common header and chunks, RFC 9260 §3. 12 bytes, then chunks, each
 * padded to a multiple of four.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |          source port          |       destination port        |
 *    +-------------------------------+-------------------------------+
 *    |                       verification tag                        |
 *    +---------------------------------------------------------------+
 *    |                           checksum                            |
 *    +---------------+---------------+-------------------------------+
 *    |  chunk type   |  chunk flags  |  chunk length, header counted |
 *    +---------------+---------------+-------------------------------+
 *    |  chunk value
 */
import { BaseLayer } from "./base-layer.ts";
import { u8, u16, u32 } from "./fields.ts";

export const SCTP_HEADER_BYTES = 12;
export const SCTP_CHUNK_HEADER_BYTES = 4;
export const SCTP_DATA = 0;

export interface SctpChunk {
  /** IANA's number; {@link sctpChunkNames} has the names. */
  readonly type: number;
  readonly flags: number;
  /** From the start of the packet. */
  readonly offset: number;
  /** Header counted, padding not. */
  readonly length: number;
}

/** IANA's chunk types, as Wireshark's info column writes them. */
export const sctpChunkNames: ReadonlyMap<number, string> = new Map([
  [0, "DATA"],
  [1, "INIT"],
  [2, "INIT_ACK"],
  [3, "SACK"],
  [4, "HEARTBEAT"],
  [5, "HEARTBEAT_ACK"],
  [6, "ABORT"],
  [7, "SHUTDOWN"],
  [8, "SHUTDOWN_ACK"],
  [9, "ERROR"],
  [10, "COOKIE_ECHO"],
  [11, "COOKIE_ACK"],
  [14, "SHUTDOWN_COMPLETE"],
  [64, "I_DATA"],
  [192, "FORWARD_TSN"],
]);

/** The layer's header is the common header alone; chunks follow as its payload. */
export class SctpLayer extends BaseLayer<"sctp"> {
  constructor(packet: Uint8Array, offset: number, end: number) {
    super("sctp", packet, offset, SCTP_HEADER_BYTES, end);
  }

  get sourcePort(): number {
    return u16(this.packet, this.offset);
  }

  get destinationPort(): number {
    return u16(this.packet, this.offset + 2);
  }

  get verificationTag(): number {
    return u32(this.packet, this.offset + 4);
  }

  get checksum(): number {
    return u32(this.packet, this.offset + 8);
  }

  /** Decoded anew each time; ends before the first chunk that is not whole. */
  get chunks(): readonly SctpChunk[] {
    const chunks: SctpChunk[] = [];
    const end = Math.min(this.end, this.packet.byteLength);
    let offset = this.offset + SCTP_HEADER_BYTES;
    while (offset + SCTP_CHUNK_HEADER_BYTES <= end) {
      const length = u16(this.packet, offset + 2);
      if (length < SCTP_CHUNK_HEADER_BYTES || offset + length > end) break;
      const type = u8(this.packet, offset);
      chunks.push({ type, flags: u8(this.packet, offset + 1), offset, length });
      offset += paddedChunkLength(length);
    }
    return chunks;
  }
}

/** To the next multiple of four. */
export function paddedChunkLength(length: number): number {
  return (length + 3) & ~3;
}
