/**
 * IPv6 header, RFC 8200 §3. 40 bytes.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------+---------------+---------------------------------------+
 *    |version| traffic class |               flow label              |
 *    +-------+---------------+-------+---------------+---------------+
 *    |         payload length        |  next header  |   hop limit   |
 *    +-------------------------------+---------------+---------------+
 *    |                    source address, 16 bytes                   |
 *    +---------------------------------------------------------------+
 *    |                 destination address, 16 bytes                 |
 *    +---------------------------------------------------------------+
 */
import { type IpAddress, ipAddressBytes } from "../../../net/ip-address.ts";
import { ipv6At } from "../address-text.ts";
import { BaseLayer } from "../base-layer.ts";
import { u8, u16, u32 } from "../fields.ts";
import type { Step } from "../step.ts";
import type { Walk } from "../walk.ts";
import { IPPROTO_HOPOPTS, stepOfIpProtocol } from "./ip-protocol.ts";

const IPV6_HEADER_BYTES = 40;
const FLOW_LABEL_MASK = 0xf_ffff;
const DEFAULT_HOP_LIMIT = 64;

export class Ipv6Layer extends BaseLayer<"ipv6"> {
  constructor(packet: Uint8Array, offset: number, end: number) {
    super("ipv6", packet, offset, IPV6_HEADER_BYTES, end);
  }

  /** DSCP and ECN together, 8 bits. */
  get trafficClass(): number {
    return (u16(this.packet, this.offset) >>> 4) & 0xff;
  }

  /** 20 bits. */
  get flowLabel(): number {
    return u32(this.packet, this.offset) & FLOW_LABEL_MASK;
  }

  /** As the header says: extension headers count. */
  get declaredPayloadLength(): number {
    return u16(this.packet, this.offset + 4);
  }

  /** What follows directly, which may be an extension header. */
  get nextHeader(): number {
    return u8(this.packet, this.offset + 6);
  }

  get hopLimit(): number {
    return u8(this.packet, this.offset + 7);
  }

  get source(): IpAddress {
    return ipv6At(this.packet, this.offset + 8);
  }

  get destination(): IpAddress {
    return ipv6At(this.packet, this.offset + 24);
  }
}

export function walkIpv6(walk: Walk): Step {
  const { packet, offset } = walk;
  if (!walk.has(IPV6_HEADER_BYTES)) return walk.missing(IPV6_HEADER_BYTES, "ipv6", "IPv6 header");
  const version = u8(packet, offset) >>> 4;
  if (version !== 6) return walk.malformed("ipv6", `version ${version}, 6 expected`);
  const payloadLength = u16(packet, offset + 4);
  const nextHeader = u8(packet, offset + 6);
  const end = offset + IPV6_HEADER_BYTES + payloadLength;
  // Zero with hop-by-hop options is a jumbogram, whose length is among them (RFC 2675 §3).
  const isJumbo = payloadLength === 0 && nextHeader === IPPROTO_HOPOPTS;
  if (!isJumbo && end < walk.end) walk.end = end;
  walk.layers.push(new Ipv6Layer(packet, offset, walk.end));
  walk.offset += IPV6_HEADER_BYTES;
  return stepOfIpProtocol(nextHeader);
}

export interface Ipv6Fields {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** IANA's number; see ip-protocol.ts. */
  readonly nextHeader: number;
  /** 64 unless given. */
  readonly hopLimit?: number;
}

export function encodeIpv6(fields: Ipv6Fields, payload: Uint8Array): Uint8Array {
  const output = new Uint8Array(IPV6_HEADER_BYTES + payload.byteLength);
  const view = new DataView(output.buffer);
  view.setUint8(0, 6 << 4);
  view.setUint16(4, payload.byteLength);
  view.setUint8(6, fields.nextHeader);
  view.setUint8(7, fields.hopLimit ?? DEFAULT_HOP_LIMIT);
  output.set(ipAddressBytes(fields.source), 8);
  output.set(ipAddressBytes(fields.destination), 24);
  output.set(payload, IPV6_HEADER_BYTES);
  return output;
}
