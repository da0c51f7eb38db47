/**
 * The Internet checksum, RFC 1071: the complement of the ones' complement sum
 * of all 16-bit words. IPv4, ICMP, UDP and TCP use it.
 */
import { type IpAddress, ipAddressBytes } from "../../net/ip-address.ts";
import { u8, u16 } from "./fields.ts";

/** The two ends of a packet, which the checksums of UDP and TCP cover too. */
export interface AddressPair {
  readonly source: IpAddress;
  readonly destination: IpAddress;
}

/**
 * What belongs in the checksum field of `bytes` whose field is zero; of bytes
 * with the field filled in, zero when it is right.
 */
export function internetChecksum(bytes: Uint8Array, initialSum = 0): number {
  return ~fold(sumWords(bytes, initialSum)) & 0xffff;
}

/** As {@link internetChecksum}, over the pseudo-header of RFC 9293 §3.1 or RFC 8200 §8.1 too. */
export function transportChecksum(
  { source, destination }: AddressPair,
  protocol: number,
  segment: Uint8Array,
): number {
  const addresses = sumWords(ipAddressBytes(destination), sumWords(ipAddressBytes(source), 0));
  return internetChecksum(segment, addresses + protocol + segment.byteLength);
}

/** Stays exact: a double holds the sum of more words than a packet can have. */
function sumWords(bytes: Uint8Array, initialSum: number): number {
  let sum = initialSum;
  const even = bytes.byteLength & ~1;
  for (let offset = 0; offset < even; offset += 2) sum += u16(bytes, offset);
  return even === bytes.byteLength ? sum : sum + (u8(bytes, even) << 8);
}

function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x1_0000);
  return folded;
}
