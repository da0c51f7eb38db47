/**
 * IPv4 header, RFC 791 §3.1, with the DS field of RFC 2474. 20..60 bytes.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------+-------+-----------+---+-------------------------------+
 *    |version|  IHL  |   DSCP    |ECN|          total length         |
 *    +-------+-------+-----------+---+-----+-------------------------+
 *    |         identification        |0|D|M|     fragment offset     |
 *    +---------------+---------------+-----+-------------------------+
 *    |  time to live |    protocol   |        header checksum        |
 *    +---------------+---------------+-------------------------------+
 *    |                         source address                        |
 *    +---------------------------------------------------------------+
 *    |                      destination address                      |
 *    +---------------------------------------------------------------+
 *    |                        options, 0..40 bytes                   |
 *    +---------------------------------------------------------------+
 */
import { type IpAddress, ipAddressBytes } from "../../../net/ip-address.ts";
import { ipv4At } from "../address-text.ts";
import { BaseLayer } from "../base-layer.ts";
import { internetChecksum } from "../checksum.ts";
import { u8, u16, u32 } from "../fields.ts";
import { STEP_DATA, STEP_END, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";
import { stepOfIpProtocol } from "./ip-protocol.ts";

const IPV4_HEADER_BYTES = 20;
const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET_MASK = 0x1fff;
const FRAGMENT_UNIT_BYTES = 8;
/** Linux's, net.ipv4.ip_default_ttl. */
const DEFAULT_TTL = 64;

export class Ipv4Layer extends BaseLayer<"ip"> {
  constructor(packet: Uint8Array, offset: number, length: number, end: number) {
    super("ip", packet, offset, length, end);
  }

  get dscp(): number {
    return u8(this.packet, this.offset + 1) >>> 2;
  }

  /** 2 bits. */
  get ecn(): number {
    return u8(this.packet, this.offset + 1) & 0x03;
  }

  /** As the header says; 0 when the sender left it to its network card. */
  get totalLength(): number {
    return u16(this.packet, this.offset + 2);
  }

  get identification(): number {
    return u16(this.packet, this.offset + 4);
  }

  get dontFragment(): boolean {
    return (u16(this.packet, this.offset + 6) & DONT_FRAGMENT) !== 0;
  }

  get moreFragments(): boolean {
    return (u16(this.packet, this.offset + 6) & MORE_FRAGMENTS) !== 0;
  }

  /** In bytes; the wire counts in units of eight. */
  get fragmentOffset(): number {
    return (u16(this.packet, this.offset + 6) & FRAGMENT_OFFSET_MASK) * FRAGMENT_UNIT_BYTES;
  }

  get ttl(): number {
    return u8(this.packet, this.offset + 8);
  }

  /** IANA's number of what the packet carries: 1 ICMP, 6 TCP, 17 UDP. */
  get protocol(): number {
    return u8(this.packet, this.offset + 9);
  }

  get checksum(): number {
    return u16(this.packet, this.offset + 10);
  }

  get source(): IpAddress {
    return ipv4At(this.packet, this.offset + 12);
  }

  get destination(): IpAddress {
    return ipv4At(this.packet, this.offset + 16);
  }

  /** The source as 32 bits, for callers that compare many. */
  get sourceNumber(): number {
    return u32(this.packet, this.offset + 12);
  }

  /** The destination as 32 bits. */
  get destinationNumber(): number {
    return u32(this.packet, this.offset + 16);
  }

  /** The options as they are on the wire, padding included; empty for nearly every packet. */
  get options(): Uint8Array {
    return this.packet.subarray(this.offset + IPV4_HEADER_BYTES, this.offset + this.length);
  }
}

export function walkIpv4(walk: Walk): Step {
  if (!walk.has(IPV4_HEADER_BYTES)) return walk.missing(IPV4_HEADER_BYTES, "ip", "IPv4 header");
  const { packet, offset } = walk;
  const first = u8(packet, offset);
  if (first >>> 4 !== 4) return walk.malformed("ip", `version ${first >>> 4}, 4 expected`);
  const length = (first & 0x0f) * 4;
  if (length < IPV4_HEADER_BYTES)
    return walk.malformed("ip", `header length ${length}, at least 20 needed`);
  const totalLength = u16(packet, offset + 2);
  // Zero is written by a host that leaves the cutting into packets to its network card.
  if (totalLength !== 0) {
    if (totalLength < length)
      return walk.malformed("ip", `total length ${totalLength}, less than the header's ${length}`);
    // Beyond it lies the padding of a short Ethernet frame.
    if (offset + totalLength < walk.end) walk.end = offset + totalLength;
  }
  if (!walk.has(length)) return walk.missing(length, "ip", "IPv4 header with options");
  walk.layers.push(new Ipv4Layer(packet, offset, length, walk.end));
  walk.offset += length;
  if (walk.isEmpty) return STEP_END;
  // Only the first fragment has the header of what the packet carries.
  if ((u16(packet, offset + 6) & FRAGMENT_OFFSET_MASK) !== 0) return STEP_DATA;
  return stepOfIpProtocol(u8(packet, offset + 9));
}

export interface Ipv4Fields {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** IANA's number; see ip-protocol.ts. */
  readonly protocol: number;
  /** 64 unless given. */
  readonly ttl?: number;
  readonly identification?: number;
  readonly dontFragment?: boolean;
  readonly moreFragments?: boolean;
  /** In bytes, a multiple of eight. */
  readonly fragmentOffset?: number;
  readonly dscp?: number;
  /** A multiple of four bytes, at most 40; none unless given. */
  readonly options?: Uint8Array;
}

/** The header with its checksum and, behind it, the payload. */
export function encodeIpv4(fields: Ipv4Fields, payload: Uint8Array): Uint8Array {
  const { options = new Uint8Array(), fragmentOffset = 0 } = fields;
  const length = IPV4_HEADER_BYTES + options.byteLength;
  const output = new Uint8Array(length + payload.byteLength);
  const view = new DataView(output.buffer);
  view.setUint8(0, (4 << 4) | (length / 4));
  view.setUint8(1, (fields.dscp ?? 0) << 2);
  view.setUint16(2, output.byteLength);
  view.setUint16(4, fields.identification ?? 0);
  const flags =
    (fields.dontFragment ? DONT_FRAGMENT : 0) | (fields.moreFragments ? MORE_FRAGMENTS : 0);
  view.setUint16(6, flags | (fragmentOffset / FRAGMENT_UNIT_BYTES));
  view.setUint8(8, fields.ttl ?? DEFAULT_TTL);
  view.setUint8(9, fields.protocol);
  output.set(ipAddressBytes(fields.source), 12);
  output.set(ipAddressBytes(fields.destination), 16);
  output.set(options, IPV4_HEADER_BYTES);
  view.setUint16(10, internetChecksum(output.subarray(0, length)));
  output.set(payload, length);
  return output;
}
