/** Which address inside the cluster a Service gets. */

import { type FieldError, invalid } from "../../api/errors/field-errors.ts";
import type { Service } from "../../api/objects/service.ts";
import type { Random } from "../../base/random.ts";
import {
  addressBits,
  blockSize,
  type Cidr,
  contains,
  formatCidr,
  network,
} from "../../net/cidr.ts";
import {
  familyOf,
  type IpAddress,
  ipAddressFromBigInt,
  ipAddressToBigInt,
  parseIpAddress,
} from "../../net/ip-address.ts";
import { addressBand, bandSize, pickNumber } from "./number-pool.ts";

/** The server never manages more of a range than this, which matters for IPv6 only. */
const mostAddresses = 2 ** 16;

export interface AddressRange {
  readonly cidr: Cidr;
  /** Who holds what: addresses as text. */
  readonly isTaken: (address: string) => boolean;
}

/** The address, or why it cannot be had, in words. */
export type Granted = { readonly address: IpAddress } | { readonly refusal: string };

/** Grants the address that somebody asks for. */
export function grantAddress({ cidr, isTaken }: AddressRange, text: string): Granted {
  const address = parseIpAddress(text);
  if (address === undefined || !isUsable(cidr, address)) {
    const range = formatCidr(network(cidr));
    return {
      refusal: `the provided IP (${text}) is not in the valid range. The range of valid IPs is ${range}`,
    };
  }
  return isTaken(address) ? { refusal: "provided IP is already allocated" } : { address };
}

/** Picks an address that nobody has. */
export function pickAddress({ cidr, isTaken }: AddressRange, random: Random): Granted {
  const rangeSize = sizeOf(cidr);
  const pool = { size: usableSize(cidr), band: bandSize(rangeSize, addressBand) };
  const first = ipAddressToBigInt(network(cidr).address) + 1n;
  const family = familyOf(cidr.address);
  const at = (index: number): IpAddress => ipAddressFromBigInt(first + BigInt(index), family);
  const index = pickNumber(pool, (candidate) => isTaken(at(candidate)), random);
  return index === undefined ? { refusal: "range is full" } : { address: at(index) };
}

/** The first address of a range: that of the Service `kubernetes`. */
export function firstAddress(cidr: Cidr): IpAddress {
  const { address } = network(cidr);
  return ipAddressFromBigInt(ipAddressToBigInt(address) + 1n, familyOf(address));
}

function isUsable(cidr: Cidr, address: IpAddress): boolean {
  if (!contains(cidr, address)) return false;
  const index = ipAddressToBigInt(address) - ipAddressToBigInt(network(cidr).address);
  return index >= 1n && index <= BigInt(usableSize(cidr));
}

function sizeOf(cidr: Cidr): number {
  const hostBits = addressBits(familyOf(cidr.address)) - cidr.prefixLength;
  return hostBits > 16 && familyOf(cidr.address) === "ipv6"
    ? mostAddresses
    : Number(blockSize(cidr));
}

/** Without the network's own address and, in IPv4, the broadcast address. */
function usableSize(cidr: Cidr): number {
  return sizeOf(cidr) - (familyOf(cidr.address) === "ipv4" ? 2 : 1);
}

/** Names the family of a range as the API does. */
export function apiFamily(cidr: Cidr): "IPv4" | "IPv6" {
  return familyOf(cidr.address) === "ipv4" ? "IPv4" : "IPv6";
}

/** The addresses that a Service holds. */
export function addressesOf({ spec }: Service): readonly string[] {
  const { type, clusterIP = "", clusterIPs = [] } = spec;
  if (type === "ExternalName") return [];
  return [...new Set([clusterIP, ...clusterIPs])].filter((text) => text !== "" && text !== "None");
}

export function refusedAddress(
  clusterIPs: readonly string[],
  text: string,
  refusal: string,
): FieldError {
  return invalid(["spec", "clusterIPs"], clusterIPs, `failed to allocate IP ${text}: ${refusal}`);
}
