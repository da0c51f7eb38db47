/**
 * Ethernet II header, IEEE 802.3 §3.2. 14 bytes.
 *
 *    +-----------------------+-----------------------+-----------+
 *    |  destination MAC (6)  |     source MAC (6)    |  type (2) |
 *    +-----------------------+-----------------------+-----------+
 *
 * A type of at most 1500 is the payload's length, and an LLC header follows
 * (spanning tree does so).
 */
import type { MacAddress } from "../../net/mac-address.ts";
import { macAt } from "./address-text.ts";
import { BaseLayer } from "./base-layer.ts";
import { u16 } from "./fields.ts";

export const ETHERNET_HEADER_BYTES = 14;

export class EthernetLayer extends BaseLayer<"eth"> {
  constructor(packet: Uint8Array, offset: number, end: number) {
    super("eth", packet, offset, ETHERNET_HEADER_BYTES, end);
  }

  get destination(): MacAddress {
    return macAt(this.packet, this.offset);
  }

  get source(): MacAddress {
    return macAt(this.packet, this.offset + 6);
  }

  /** The type, or the length of an 802.3 frame when at most 1500. */
  get etherType(): number {
    return u16(this.packet, this.offset + 12);
  }
}
