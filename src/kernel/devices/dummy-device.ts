/** Addresses without a wire: a dummy device holds them, so that the netns takes packets to them for its own. */
import { familyOf, type IpAddress } from "../../net/ip-address.ts";
import { linkAddDummy } from "../../wire/netlink/devices/dummy-device.ts";
import {
  addressAdd,
  addressDelete,
  type InterfaceAddress,
} from "../../wire/netlink/rtnetlink/address.ts";
import type { Rtnetlink } from "./rtnetlink.ts";

/** Host addresses, `/32` and `/128`. */
export interface AddressChange {
  readonly add: readonly IpAddress[];
  readonly remove: readonly IpAddress[];
}

/**
 * Makes the device, and leaves it down, unless it is there.
 *
 * Equivalent to: `ip link add $device type dummy; ip address add … dev $device; …`
 *
 * @throws KernelError
 */
export function bindAddresses(
  netlink: Rtnetlink,
  device: string,
  { add, remove }: AddressChange,
): void {
  if (netlink.index(device) === undefined) netlink.apply([linkAddDummy({ name: device })]);
  if (add.length === 0 && remove.length === 0) return;
  const index = netlink.index(device) ?? 0;
  netlink.apply([
    ...add.map((address) => addressAdd(device, hostAddress(index, address))),
    ...remove.map((address) => addressDelete(device, hostAddress(index, address))),
  ]);
}

/** The addresses on a device; undefined when there is no such device. Link-local ones are the kernel's own. */
export function addressesOn(netlink: Rtnetlink, device: string): readonly IpAddress[] | undefined {
  const own = netlink.index(device);
  if (own === undefined) return undefined;
  return netlink
    .addressesByIndex()
    .filter(({ index, scope }) => index === own && scope !== "link")
    .map(({ address }) => address.address);
}

function hostAddress(index: number, address: IpAddress): InterfaceAddress {
  const prefixLength = familyOf(address) === "ipv4" ? 32 : 128;
  return { index, address: { address, prefixLength }, scope: "global" };
}
