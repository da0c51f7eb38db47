/**
 * TCP header, RFC 9293 §3.1. 20..60 bytes.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |          source port          |       destination port        |
 *    +-------------------------------+-------------------------------+
 *    |                        sequence number                        |
 *    +---------------------------------------------------------------+
 *    |                    acknowledgment number                      |
 *    +-------+-------+---------------+-------------------------------+
 *    |  data |       |C|E|U|A|P|R|S|F|                               |
 *    | offset| rsrvd |W|C|R|C|S|S|Y|I|            window             |
 *    |       |       |R|E|G|K|H|T|N|N|                               |
 *    +-------+-------+---------------+-------------------------------+
 *    |           checksum            |         urgent pointer        |
 *    +-------------------------------+-------------------------------+
 *    |                        options, 0..40 bytes                   |
 *    +---------------------------------------------------------------+
 */
import { BaseLayer } from "../base-layer.ts";
import { type AddressPair, transportChecksum } from "../checksum.ts";
import { u8, u16, u32 } from "../fields.ts";
import { IPPROTO_TCP } from "../internet/ip-protocol.ts";
import { STEP_END, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";
import { decodeTcpOptions, type TcpOption } from "./tcp-options.ts";
import { stepOfTcpPorts } from "./well-known-port.ts";

const TCP_HEADER_BYTES = 20;
/** Ports and sequence number: what an ICMP error quotes at least (RFC 792). */
const TCP_QUOTED_BYTES = 8;

export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_PSH = 0x08;
export const TCP_ACK = 0x10;
export const TCP_URG = 0x20;
export const TCP_ECE = 0x40;
export const TCP_CWR = 0x80;
/** CWR..FIN and the four reserved bits above them, as `tcp.flags` of Wireshark has them. */
const FLAGS_MASK = 0x0fff;

/**
 * A TCP segment. When only the first {@link TCP_QUOTED_BYTES} of the header are
 * there (a short capture, the quotation in an ICMP error), what lies behind them
 * is undefined.
 */
export class TcpLayer extends BaseLayer<"tcp"> {
  constructor(packet: Uint8Array, offset: number, length: number, end: number) {
    super("tcp", packet, offset, length, end);
  }

  get sourcePort(): number {
    return u16(this.packet, this.offset);
  }

  get destinationPort(): number {
    return u16(this.packet, this.offset + 2);
  }

  /** As on the wire: 32 bits from a random start. */
  get sequence(): number {
    return u32(this.packet, this.offset + 4);
  }

  get acknowledgement(): number | undefined {
    return this.isWhole ? u32(this.packet, this.offset + 8) : undefined;
  }

  /** `TCP_SYN | TCP_ACK` and so on; 12 bits, the upper four reserved. */
  get flags(): number | undefined {
    return this.isWhole ? u16(this.packet, this.offset + 12) & FLAGS_MASK : undefined;
  }

  /** As on the wire: not scaled, since the scale is known only from the handshake. */
  get window(): number | undefined {
    return this.isWhole ? u16(this.packet, this.offset + 14) : undefined;
  }

  get checksum(): number | undefined {
    return this.isWhole ? u16(this.packet, this.offset + 16) : undefined;
  }

  get urgentPointer(): number | undefined {
    return this.isWhole ? u16(this.packet, this.offset + 18) : undefined;
  }

  /** Decoded anew each time. */
  get options(): readonly TcpOption[] {
    return decodeTcpOptions(this.header.subarray(TCP_HEADER_BYTES));
  }

  /** True when at least the fixed part of the header is there. */
  get isWhole(): boolean {
    return this.length >= TCP_HEADER_BYTES;
  }

  /** True when all of these flags are set: `tcp.has(TCP_SYN | TCP_ACK)`. */
  has(flags: number): boolean {
    return this.isWhole && (u8(this.packet, this.offset + 13) & flags) === flags;
  }
}

export function walkTcp(walk: Walk): Step {
  if (!walk.has(TCP_HEADER_BYTES)) return walkCutTcp(walk);
  const { packet, offset } = walk;
  const length = (u8(packet, offset + 12) >>> 4) * 4;
  const isWhole = length >= TCP_HEADER_BYTES && walk.has(length);
  const layer = new TcpLayer(packet, offset, isWhole ? length : TCP_HEADER_BYTES, walk.end);
  walk.layers.push(layer);
  if (!isWhole) {
    if (length >= TCP_HEADER_BYTES) return walk.missing(length, "tcp", "TCP header with options");
    return walk.malformed("tcp", `header length ${length}, at least 20 needed`);
  }
  walk.offset += length;
  // What a reset carries is a text that says why (RFC 9293 §3.5.3), and nothing of the stream.
  if (!walk.has(1) || layer.has(TCP_RST)) return STEP_END;
  return stepOfTcpPorts(layer.sourcePort, layer.destinationPort);
}

/** The ports and the sequence number are worth showing without the rest. */
function walkCutTcp(walk: Walk): Step {
  if (walk.has(TCP_QUOTED_BYTES)) {
    walk.layers.push(new TcpLayer(walk.packet, walk.offset, TCP_QUOTED_BYTES, walk.end));
    if (walk.inQuotation) return STEP_END;
  }
  return walk.missing(TCP_HEADER_BYTES, "tcp", "TCP header");
}

export interface TcpFields {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence?: number;
  readonly acknowledgement?: number;
  /** `TCP_SYN | TCP_ACK` and so on. */
  readonly flags: number;
  readonly window?: number;
  /** A multiple of four bytes, at most 40; none unless given. */
  readonly options?: Uint8Array;
  /** What the checksum covers beside the segment; without them it is zero, and so wrong. */
  readonly addresses?: AddressPair;
}

export function encodeTcp(fields: TcpFields, payload: Uint8Array): Uint8Array {
  const { options = new Uint8Array(), addresses } = fields;
  const length = TCP_HEADER_BYTES + options.byteLength;
  const output = new Uint8Array(length + payload.byteLength);
  const view = new DataView(output.buffer);
  view.setUint16(0, fields.sourcePort);
  view.setUint16(2, fields.destinationPort);
  view.setUint32(4, fields.sequence ?? 0);
  view.setUint32(8, fields.acknowledgement ?? 0);
  view.setUint16(12, ((length / 4) << 12) | fields.flags);
  view.setUint16(14, fields.window ?? 0);
  output.set(options, TCP_HEADER_BYTES);
  output.set(payload, length);
  if (addresses !== undefined) {
    view.setUint16(16, transportChecksum(addresses, IPPROTO_TCP, output));
  }
  return output;
}
