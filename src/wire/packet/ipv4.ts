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
import type { IpAddress } from "../../net/ip-address.ts";
import { ipv4At } from "./address-text.ts";
import { BaseLayer } from "./base-layer.ts";
import { u8, u16, u32 } from "./fields.ts";

export const IPV4_HEADER_BYTES = 20;
const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET_MASK = 0x1fff;
const FRAGMENT_UNIT_BYTES = 8;

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
