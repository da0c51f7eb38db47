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
import { type MacAddress, macAddressBytes } from "../../../net/mac-address.ts";
import { macAt } from "../address-text.ts";
import { BaseLayer } from "../base-layer.ts";
import { u16 } from "../fields.ts";
import { STEP_DATA, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";
import { stepOfFrameType } from "./ether-type.ts";

const ETHERNET_HEADER_BYTES = 14;

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

export function walkEthernet(walk: Walk): Step {
  if (!walk.has(ETHERNET_HEADER_BYTES)) {
    return walk.missing(ETHERNET_HEADER_BYTES, "eth", "Ethernet header");
  }
  const layer = new EthernetLayer(walk.packet, walk.offset, walk.end);
  walk.layers.push(layer);
  walk.offset += ETHERNET_HEADER_BYTES;
  // Zero is no length: no frame is empty.
  return layer.etherType === 0 ? STEP_DATA : stepOfFrameType(walk, layer.etherType);
}

export interface EthernetFields {
  readonly destination: MacAddress;
  readonly source: MacAddress;
  readonly etherType: number;
}

/** A frame without padding: the kernel and the card add what the medium needs. */
export function encodeEthernet(
  { destination, source, etherType }: EthernetFields,
  payload: Uint8Array,
): Uint8Array {
  const output = new Uint8Array(ETHERNET_HEADER_BYTES + payload.byteLength);
  output.set(macAddressBytes(destination));
  output.set(macAddressBytes(source), 6);
  new DataView(output.buffer).setUint16(12, etherType);
  output.set(payload, ETHERNET_HEADER_BYTES);
  return output;
}
