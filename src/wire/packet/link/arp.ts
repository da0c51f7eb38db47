/**
 * ARP for IPv4 on Ethernet, RFC 826. 28 bytes.
 *
 *    +---------------+---------------+-------+-------+---------------+
 *    | hardware type | protocol type | hlen  | plen  |   operation   |
 *    +---------------+---------------+-------+-------+---------------+
 *    |  sender hardware address (hlen), sender protocol address (plen)
 *    |  target hardware address (hlen), target protocol address (plen)
 */
import { type IpAddress, ipAddressBytes } from "../../../net/ip-address.ts";
import { type MacAddress, macAddressBytes } from "../../../net/mac-address.ts";
import { ipv4At, macAt } from "../address-text.ts";
import { BaseLayer } from "../base-layer.ts";
import { u8, u16 } from "../fields.ts";
import { STEP_END, type Step } from "../step.ts";
import type { Walk } from "../walk.ts";
import { ETHERTYPE_IPV4 } from "./ether-type.ts";

const ARP_FIXED_BYTES = 8;
export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;
const HARDWARE_ETHERNET = 1;
const MAC_BYTES = 6;
const IPV4_BYTES = 4;

export class ArpLayer extends BaseLayer<"arp"> {
  constructor(packet: Uint8Array, offset: number, length: number, end: number) {
    super("arp", packet, offset, length, end);
  }

  /** 1 is Ethernet. */
  get hardwareType(): number {
    return u16(this.packet, this.offset);
  }

  /** An EtherType: 0x0800 is IPv4. */
  get protocolType(): number {
    return u16(this.packet, this.offset + 2);
  }

  /** 1 request, 2 reply. */
  get operation(): number {
    return u16(this.packet, this.offset + 6);
  }

  /** Absent when the hardware addresses are not MAC addresses. */
  get senderMac(): MacAddress | undefined {
    return this.#mac(this.offset + ARP_FIXED_BYTES);
  }

  /** Absent when the protocol addresses are not IPv4. */
  get senderIp(): IpAddress | undefined {
    return this.#ip(this.offset + ARP_FIXED_BYTES + this.#hardwareLength);
  }

  /** All zeros in a request. */
  get targetMac(): MacAddress | undefined {
    return this.#mac(this.#target);
  }

  get targetIp(): IpAddress | undefined {
    return this.#ip(this.#target + this.#hardwareLength);
  }

  get #hardwareLength(): number {
    return u8(this.packet, this.offset + 4);
  }

  get #protocolLength(): number {
    return u8(this.packet, this.offset + 5);
  }

  get #target(): number {
    return this.offset + ARP_FIXED_BYTES + this.#hardwareLength + this.#protocolLength;
  }

  #mac(offset: number): MacAddress | undefined {
    const isMac = this.hardwareType === HARDWARE_ETHERNET && this.#hardwareLength === MAC_BYTES;
    return isMac ? macAt(this.packet, offset) : undefined;
  }

  #ip(offset: number): IpAddress | undefined {
    const isIpv4 = this.protocolType === ETHERTYPE_IPV4 && this.#protocolLength === IPV4_BYTES;
    return isIpv4 ? ipv4At(this.packet, offset) : undefined;
  }
}

export function walkArp(walk: Walk): Step {
  if (!walk.has(ARP_FIXED_BYTES)) return walk.missing(ARP_FIXED_BYTES, "arp", "ARP header");
  const { packet, offset, end } = walk;
  const length = ARP_FIXED_BYTES + 2 * (u8(packet, offset + 4) + u8(packet, offset + 5));
  if (!walk.has(length)) return walk.missing(length, "arp", "ARP with its addresses");
  walk.layers.push(new ArpLayer(packet, offset, length, end));
  return STEP_END;
}

export interface ArpFields {
  /** {@link ARP_REQUEST} or {@link ARP_REPLY}. */
  readonly operation: number;
  readonly senderMac: MacAddress;
  readonly senderIp: IpAddress;
  /** All zeros in a request. */
  readonly targetMac: MacAddress;
  readonly targetIp: IpAddress;
}

export function encodeArp(fields: ArpFields): Uint8Array {
  const header = new Uint8Array(ARP_FIXED_BYTES);
  const view = new DataView(header.buffer);
  view.setUint16(0, HARDWARE_ETHERNET);
  view.setUint16(2, ETHERTYPE_IPV4);
  view.setUint8(4, MAC_BYTES);
  view.setUint8(5, IPV4_BYTES);
  view.setUint16(6, fields.operation);
  return Uint8Array.of(
    ...header,
    ...macAddressBytes(fields.senderMac),
    ...ipAddressBytes(fields.senderIp),
    ...macAddressBytes(fields.targetMac),
    ...ipAddressBytes(fields.targetIp),
  );
}
