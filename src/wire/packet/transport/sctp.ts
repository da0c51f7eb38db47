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
import { BaseLayer } from "../base-layer.ts";
import { DataLayer } from "../data.ts";
import { u8, u16, u32 } from "../fields.ts";
import { STEP_END, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";

const SCTP_HEADER_BYTES = 12;
const SCTP_CHUNK_HEADER_BYTES = 4;
const SCTP_DATA = 0;
/** Chunk header, TSN, stream, sequence number, payload protocol. */
const SCTP_DATA_HEADER_BYTES = 16;

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
function paddedChunkLength(length: number): number {
  return (length + 3) & ~3;
}

/** Adds a data layer for each DATA chunk, since each is a message, or a part of one, of its own. */
export function walkSctp(walk: Walk): Step {
  if (!walk.has(SCTP_HEADER_BYTES)) return walk.missing(SCTP_HEADER_BYTES, "sctp", "SCTP header");
  const { packet } = walk;
  walk.layers.push(new SctpLayer(packet, walk.offset, walk.end));
  walk.offset += SCTP_HEADER_BYTES;
  while (!walk.isEmpty) {
    if (!walk.has(SCTP_CHUNK_HEADER_BYTES)) {
      return walk.missing(SCTP_CHUNK_HEADER_BYTES, "sctp", "chunk header");
    }
    const length = u16(packet, walk.offset + 2);
    if (length < SCTP_CHUNK_HEADER_BYTES) {
      return walk.malformed("sctp", `chunk length ${length}, at least 4 needed`);
    }
    if (!walk.has(length)) return walk.missing(length, "sctp", "chunk");
    const chunkEnd = walk.offset + length;
    if (u8(packet, walk.offset) === SCTP_DATA && length > SCTP_DATA_HEADER_BYTES) {
      walk.layers.push(new DataLayer(packet, walk.offset + SCTP_DATA_HEADER_BYTES, chunkEnd));
    }
    walk.offset += paddedChunkLength(length);
  }
  return STEP_END;
}
