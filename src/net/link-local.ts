import { type IpAddress, ipAddressFromBytes } from "./ip-address.ts";
import { type MacAddress, macAddressBytes } from "./mac-address.ts";

/**
 * The IPv6 address that a device gives itself: fe80::/64, and its MAC address with `ff:fe` in the middle.
 *
 * @see RFC 4291, appendix A
 */
export function linkLocalAddress(mac: MacAddress): IpAddress {
  const bytes = macAddressBytes(mac);
  const [first = 0] = bytes;
  const identifier = [first ^ 0x02, ...bytes.subarray(1, 3), 0xff, 0xfe, ...bytes.subarray(3)];
  return ipAddressFromBytes(Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, ...identifier));
}

/** Of fe80::/10: it says nothing beyond its own wire. */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/.test(address);
}
