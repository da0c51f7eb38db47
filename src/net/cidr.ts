import {
  familyOf,
  type IpAddress,
  type IpFamily,
  ipAddressFromBigInt,
  ipAddressToBigInt,
  parseIpAddress,
} from "./ip-address.ts";

/** An address with its prefix length: a network (host bits zero) or an interface address. */
export interface Cidr {
  readonly address: IpAddress;
  readonly prefixLength: number;
}

/** `10.244.0.0/16`; undefined when it is not a CIDR. Host bits may be set: see {@link network}. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const address = parseIpAddress(match?.[1] ?? "");
  if (match === null || address === undefined) return undefined;
  const prefixLength = Number(match[2]);
  return prefixLength <= addressBits(familyOf(address)) ? { address, prefixLength } : undefined;
}

/** For CIDRs written in the source: throws where {@link parseCidr} answers undefined. */
export function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new RangeError(`${text} is not a CIDR`);
  return parsed;
}

export function formatCidr({ address, prefixLength }: Cidr): string {
  return `${address}/${prefixLength}`;
}

/** 32 or 128. */
export function addressBits(family: IpFamily): number {
  return family === "ipv4" ? 32 : 128;
}

/** The address alone: `10.244.0.3/32`, `fd00::3/128`. */
export function hostCidr(address: IpAddress): Cidr {
  return { address, prefixLength: addressBits(familyOf(address)) };
}

/** The same block with its host bits cleared. */
export function network({ address, prefixLength }: Cidr): Cidr {
  const family = familyOf(address);
  const hostBits = BigInt(addressBits(family) - prefixLength);
  const value = (ipAddressToBigInt(address) >> hostBits) << hostBits;
  return { address: ipAddressFromBigInt(value, family), prefixLength };
}

/** How many addresses the block has, network and broadcast address included. */
export function blockSize({ address, prefixLength }: Cidr): bigint {
  return 1n << BigInt(addressBits(familyOf(address)) - prefixLength);
}

/**
 * The address `index` places after the first of the block.
 *
 * @throws RangeError when the block has no such address.
 */
export function addressAt(block: Cidr, index: bigint | number): IpAddress {
  const offset = BigInt(index);
  if (offset < 0n || offset >= blockSize(block)) {
    throw new RangeError(`${formatCidr(block)} has no address number ${index}`);
  }
  const first = network(block).address;
  return ipAddressFromBigInt(ipAddressToBigInt(first) + offset, familyOf(first));
}

/** The `index`-th block of `prefixLength` inside `block`: node pod CIDRs out of the cluster's. */
export function subnetAt(block: Cidr, prefixLength: number, index: number): Cidr {
  const size = 1n << BigInt(addressBits(familyOf(block.address)) - prefixLength);
  return { address: addressAt(block, size * BigInt(index)), prefixLength };
}

export function contains(block: Cidr, address: IpAddress): boolean {
  if (familyOf(block.address) !== familyOf(address)) return false;
  const offset = ipAddressToBigInt(address) - ipAddressToBigInt(network(block).address);
  return offset >= 0n && offset < blockSize(block);
}

/** True when the blocks share an address, which means that one lies within the other. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return contains(a, network(b).address) || contains(b, network(a).address);
}
