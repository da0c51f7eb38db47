/**
 * The socket address of a packet socket: `struct sockaddr_ll` of linux/if_packet.h, 20 bytes.
 *
 *     struct sockaddr_ll {
 *       unsigned short sll_family;
 *       __be16         sll_protocol;   // EtherType
 *       int            sll_ifindex;
 *       unsigned short sll_hatype;
 *       unsigned char  sll_pkttype;
 *       unsigned char  sll_halen;
 *       unsigned char  sll_addr[8];
 *     };
 */
import { type MacAddress, macAddressBytes, macAddressFromBytes } from "../../net/mac-address.ts";
import { Reader } from "../reader.ts";

const AF_PACKET = 17;
const BYTES = 20;
const MAC_BYTES = 6;

export interface LinkLayerAddress {
  /** EtherType: 0x0806 is ARP. */
  readonly protocol: number;
  /** The device's ifindex. */
  readonly index: number;
  /** Received: the sender. Sent to: the destination. Undefined to bind, and where it is not Ethernet. */
  readonly mac?: MacAddress | undefined;
}

/** What the kernel tells beside a frame. */
export interface FrameOrigin extends LinkLayerAddress {
  /** ARPHRD_*: 1 is Ethernet, 65534 a device without a header of its own. */
  readonly hardwareType: number;
  /** PACKET_*: to us, to everybody, to others, or {@link PACKET_OUTGOING}. */
  readonly packetType: number;
}

/** The frame leaves by the device. @see linux/if_packet.h */
export const PACKET_OUTGOING = 4;

export function encodeLinkLayerAddress({ protocol, index, mac }: LinkLayerAddress): Uint8Array {
  const output = new Uint8Array(BYTES);
  const view = new DataView(output.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, protocol);
  view.setInt32(4, index, true);
  if (mac !== undefined) {
    view.setUint8(11, MAC_BYTES);
    output.set(macAddressBytes(mac), 12);
  }
  return output;
}

/** @throws DecodeError when it is too short. */
export function decodeLinkLayerAddress(input: Uint8Array): FrameOrigin {
  const reader = new Reader(input);
  reader.u16Host("sll_family");
  const protocol = reader.u16("sll_protocol");
  const index = reader.u32Host("sll_ifindex");
  const hardwareType = reader.u16Host("sll_hatype");
  const packetType = reader.u8("sll_pkttype");
  const length = reader.u8("sll_halen");
  const mac =
    length === MAC_BYTES ? macAddressFromBytes(reader.bytes(length, "sll_addr")) : undefined;
  return { protocol, index, mac, hardwareType, packetType };
}
