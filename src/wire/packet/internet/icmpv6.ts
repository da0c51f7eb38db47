/**
 * ICMPv6, RFC 4443, with the neighbour discovery messages of RFC 4861.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +---------------+---------------+-------------------------------+
 *    |     type      |     code      |           checksum            |
 *    +---------------+---------------+-------------------------------+
 *    |  echo: identifier             |  echo: sequence number        |
 *    |  packet too big: MTU          |  neighbour discovery: flags   |
 *    +-------------------------------+-------------------------------+
 *    |  neighbour discovery: target address, 16 bytes; options
 *
 * Errors (types 1..4) quote the packet that caused them, which follows as
 * further layers.
 */
import type { IpAddress } from "../../../net/ip-address.ts";
import { ipv6At } from "../address-text.ts";
import { BaseLayer } from "../base-layer.ts";
import { type AddressPair, transportChecksum } from "../checksum.ts";
import { u8, u16, u32 } from "../fields.ts";
import { STEP_DATA, STEP_END, STEP_IPV6, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";
import { IPPROTO_ICMPV6 } from "./ip-protocol.ts";

const ICMPV6_DEST_UNREACH = 1;
const ICMPV6_PKT_TOOBIG = 2;
const ICMPV6_TIME_EXCEED = 3;
const ICMPV6_PARAMPROB = 4;
export const ICMPV6_ECHO_REQUEST = 128;
const ICMPV6_ECHO_REPLY = 129;
const ICMPV6_ROUTER_SOLICITATION = 133;
const ICMPV6_ROUTER_ADVERTISEMENT = 134;
const ICMPV6_NEIGHBOUR_SOLICITATION = 135;
const ICMPV6_NEIGHBOUR_ADVERTISEMENT = 136;
const ICMPV6_REDIRECT = 137;

export class Icmpv6Layer extends BaseLayer<"icmpv6"> {
  constructor(packet: Uint8Array, offset: number, length: number, end: number) {
    super("icmpv6", packet, offset, length, end);
  }

  /** The ICMPv6 type; `type` is the layer's. */
  get icmpType(): number {
    return u8(this.packet, this.offset);
  }

  get code(): number {
    return u8(this.packet, this.offset + 1);
  }

  get checksum(): number {
    return u16(this.packet, this.offset + 2);
  }

  get isEcho(): boolean {
    return this.icmpType === ICMPV6_ECHO_REQUEST || this.icmpType === ICMPV6_ECHO_REPLY;
  }

  get identifier(): number | undefined {
    return this.isEcho ? u16(this.packet, this.offset + 4) : undefined;
  }

  get sequence(): number | undefined {
    return this.isEcho ? u16(this.packet, this.offset + 6) : undefined;
  }

  /** Of "packet too big". */
  get mtu(): number | undefined {
    return this.icmpType === ICMPV6_PKT_TOOBIG ? u32(this.packet, this.offset + 4) : undefined;
  }

  /** Of neighbour solicitations, advertisements and redirects: whose MAC address is meant. */
  get target(): IpAddress | undefined {
    return this.icmpType >= ICMPV6_NEIGHBOUR_SOLICITATION && this.icmpType <= ICMPV6_REDIRECT
      ? ipv6At(this.packet, this.offset + 8)
      : undefined;
  }
}

const HEADER_BYTES = 4;

/** How long the fixed part of a message is, by type; what is not here has {@link HEADER_BYTES}. */
const fixedBytes: ReadonlyMap<number, number> = new Map([
  [ICMPV6_DEST_UNREACH, 8],
  [ICMPV6_PKT_TOOBIG, 8],
  [ICMPV6_TIME_EXCEED, 8],
  [ICMPV6_PARAMPROB, 8],
  [ICMPV6_ECHO_REQUEST, 8],
  [ICMPV6_ECHO_REPLY, 8],
  [ICMPV6_ROUTER_SOLICITATION, 8],
  [ICMPV6_ROUTER_ADVERTISEMENT, 16],
  [ICMPV6_NEIGHBOUR_SOLICITATION, 24],
  [ICMPV6_NEIGHBOUR_ADVERTISEMENT, 24],
  [ICMPV6_REDIRECT, 40],
]);

export function walkIcmpv6(walk: Walk): Step {
  const { packet, offset } = walk;
  if (!walk.has(HEADER_BYTES)) return walk.missing(HEADER_BYTES, "icmpv6", "ICMPv6 header");
  const type = u8(packet, offset);
  const length = fixedBytes.get(type) ?? HEADER_BYTES;
  if (!walk.has(length)) return walk.missing(length, "icmpv6", "ICMPv6 message");
  const layer = new Icmpv6Layer(packet, offset, length, walk.end);
  walk.layers.push(layer);
  walk.offset += length;
  if (layer.isEcho) return STEP_DATA;
  if (type > ICMPV6_PARAMPROB || walk.isEmpty) return STEP_END;
  walk.inQuotation = true;
  return STEP_IPV6;
}

export interface Icmpv6Fields {
  readonly icmpType: number;
  readonly code?: number;
  /** What the checksum covers beside the message. */
  readonly addresses: AddressPair;
}

/** Type, code and checksum, and behind them `body`: all that comes after the first four bytes. */
export function encodeIcmpv6(
  { icmpType, code = 0, addresses }: Icmpv6Fields,
  body: Uint8Array,
): Uint8Array {
  const output = new Uint8Array(HEADER_BYTES + body.byteLength);
  const view = new DataView(output.buffer);
  view.setUint8(0, icmpType);
  view.setUint8(1, code);
  output.set(body, HEADER_BYTES);
  view.setUint16(2, transportChecksum(addresses, IPPROTO_ICMPV6, output));
  return output;
}
