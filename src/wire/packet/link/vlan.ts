/**
 * VLAN tag, IEEE 802.1Q §9.6, behind the tag's own EtherType: 0x8100 for a
 * customer tag (0x9100 before there was a standard for tags in tags), 0x88a8 for a
 * service tag (802.1ad). 4 bytes.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-----+-+-----------------------+-------------------------------+
 *    | PCP |D|        VLAN ID        |          EtherType            |
 *    +-----+-+-----------------------+-------------------------------+
 */
import { BaseLayer } from "../base-layer.ts";
import { u16 } from "../fields.ts";
import type { Step } from "../step.ts";
import type { Walk } from "../walk.ts";
import { stepOfEtherType, stepOfFrameType } from "./ether-type.ts";

const VLAN_TAG_BYTES = 4;
const PRIORITY_SHIFT = 13;
const DROP_ELIGIBLE = 0x1000;
const ID_MASK = 0x0fff;

/** `vlan` for a customer tag, `ieee8021ad` for a service tag. */
export class VlanLayer extends BaseLayer<"vlan" | "ieee8021ad"> {
  constructor(type: "vlan" | "ieee8021ad", packet: Uint8Array, offset: number, end: number) {
    super(type, packet, offset, VLAN_TAG_BYTES, end);
  }

  /** 3 bits. */
  get priority(): number {
    return u16(this.packet, this.offset) >>> PRIORITY_SHIFT;
  }

  get dropEligible(): boolean {
    return (u16(this.packet, this.offset) & DROP_ELIGIBLE) !== 0;
  }

  /** 12 bits. */
  get id(): number {
    return u16(this.packet, this.offset) & ID_MASK;
  }

  /** The type of what the tag carries. */
  get etherType(): number {
    return u16(this.packet, this.offset + 2);
  }
}

export function walkVlan(walk: Walk, type: "vlan" | "ieee8021ad"): Step {
  if (!walk.has(VLAN_TAG_BYTES)) return walk.missing(VLAN_TAG_BYTES, type, "VLAN tag");
  const layer = new VlanLayer(type, walk.packet, walk.offset, walk.end);
  walk.layers.push(layer);
  walk.offset += VLAN_TAG_BYTES;
  // A service tag is followed by a type, never by a length.
  return type === "vlan"
    ? stepOfFrameType(walk, layer.etherType)
    : stepOfEtherType(layer.etherType);
}
