import type { IpAddress } from "../../net/ip-address.ts";
import { type MacAddress, macAddressFromBytes } from "../../net/mac-address.ts";
import { ARP_REQUEST, encodeArp } from "../../wire/packet/link/arp.ts";
import type { Netns } from "../netns.ts";
import { sendFrame } from "./packet-socket.ts";

const ETHERTYPE_ARP = 0x0806;
const broadcast = macAddressFromBytes(new Uint8Array(6).fill(0xff));

/** Which device has which address. */
export interface AddressClaim {
  readonly device: string;
  readonly mac: MacAddress;
  readonly address: IpAddress;
}

/**
 * Tells everybody in the segment who has an IPv4 address now, so that nobody goes on sending to who had it before.
 *
 * Equivalent to: `arping -U -c 1 -I $device $address`
 *
 * @throws KernelError ENETDOWN when the device is down.
 * @see RFC 5227 §3: an ARP announcement
 */
export function announceAddress(netns: Netns, { device, mac, address }: AddressClaim): void {
  sendFrame(netns, device, {
    protocol: ETHERTYPE_ARP,
    destination: broadcast,
    payload: encodeArp({
      operation: ARP_REQUEST,
      senderMac: mac,
      senderIp: address,
      targetMac: broadcast,
      targetIp: address,
    }),
  });
}
