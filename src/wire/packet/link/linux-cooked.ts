/**
 * What Linux puts in place of a link header when it captures on `any`.
 *
 * Version 1 (LINKTYPE_LINUX_SLL, 113), 16 bytes:
 *    packet type (2) | ARPHRD_ type (2) | address length (2) | address (8) | protocol (2)
 *
 * Version 2 (LINKTYPE_LINUX_SLL2, 276), 20 bytes:
 *    protocol (2) | reserved (2) | interface index (4) | ARPHRD_ type (2) |
 *    packet type (1) | address length (1) | address (8)
 *
 * The packet type is that of linux/if_packet.h: 0 to us, 1 broadcast,
 * 2 multicast, 3 to someone else, 4 sent by us.
 */
import type { MacAddress } from "../../../net/mac-address.ts";
import { macAt } from "../address-text.ts";
import { BaseLayer } from "../base-layer.ts";
import { u8, u16, u32 } from "../fields.ts";
import { STEP_LLC, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";
import { stepOfEtherType } from "./ether-type.ts";

const LINUX_COOKED_V1_BYTES = 16;
const LINUX_COOKED_V2_BYTES = 20;
const MAC_BYTES = 6;
/** LINUX_SLL_P_802_2: an 802.3 frame, which has a length and no type. */
const PROTOCOL_LLC = 4;

export class LinuxCookedLayer extends BaseLayer<"sll"> {
  declare readonly version: 1 | 2;

  constructor(version: 1 | 2, packet: Uint8Array, offset: number, end: number) {
    const length = version === 1 ? LINUX_COOKED_V1_BYTES : LINUX_COOKED_V2_BYTES;
    super("sll", packet, offset, length, end);
    this.version = version;
  }

  get packetType(): number {
    return this.version === 1 ? u16(this.packet, this.offset) : u8(this.packet, this.offset + 10);
  }

  /** An EtherType, for the devices that we meet. */
  get protocol(): number {
    return u16(this.packet, this.version === 1 ? this.offset + 14 : this.offset);
  }

  /** The sender's address, when it has six bytes. */
  get source(): MacAddress | undefined {
    const length =
      this.version === 1 ? u16(this.packet, this.offset + 4) : u8(this.packet, this.offset + 11);
    if (length !== MAC_BYTES) return undefined;
    return macAt(this.packet, this.offset + (this.version === 1 ? 6 : 12));
  }

  /** Version 2 only. */
  get interfaceIndex(): number | undefined {
    return this.version === 2 ? u32(this.packet, this.offset + 4) : undefined;
  }
}

export function walkLinuxCooked(walk: Walk, version: 1 | 2): Step {
  const length = version === 1 ? LINUX_COOKED_V1_BYTES : LINUX_COOKED_V2_BYTES;
  if (!walk.has(length)) return walk.missing(length, "sll", "Linux cooked header");
  const layer = new LinuxCookedLayer(version, walk.packet, walk.offset, walk.end);
  walk.layers.push(layer);
  walk.offset += length;
  return layer.protocol === PROTOCOL_LLC ? STEP_LLC : stepOfEtherType(layer.protocol);
}
