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
import type { IpAddress } from "../../net/ip-address.ts";
import { ipv6At } from "./address-text.ts";
import { BaseLayer } from "./base-layer.ts";
import { u8, u16, u32 } from "./fields.ts";

export const IPV6_HEADER_BYTES = 40;
const FLOW_LABEL_MASK = 0xf_ffff;

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
