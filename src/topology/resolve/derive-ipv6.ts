/**
 * IPv6 blocks and addresses that a file leaves open, told from their IPv4 counterparts so that people see which
 * belong together: the digits are the same.
 *
 *     192.168.0.0/24    fd00:192:168::/64          192.168.0.11    fd00:192:168::11
 *     203.0.113.0/24    fd00:203:0:113::/64        203.0.113.10    fd00:203:0:113::10
 *     172.16.0.2/31     fd00:172:16::2/127         172.16.0.3      fd00:172:16::3
 *
 * All of it is in fd00::/8, the private addresses of RFC 4193.
 */
import { addressAt, blockSize, type Cidr, cidr, network } from "../../net/cidr.ts";
import { type IpAddress, ipAddress, ipAddressToBigInt } from "../../net/ip-address.ts";

/** Blocks of two addresses and of one have no address of the network (RFC 3021, RFC 6164). */
const pointToPoint = 31;
/** A rack and whatever is larger gets the usual prefix length of a wire. */
const rack = 24;
/** From this prefix length on a block has no room for the digits of an IPv4 address. */
const longestForDigits = 96;

export function deriveBlock(block: Cidr): Cidr {
  const { prefixLength } = block;
  const [a = "", b = "", c = "", d = ""] = network(block).address.split(".");
  if (prefixLength >= pointToPoint) {
    return network(cidr(`fd00:${a}:${b}:${c}::${d}/${prefixLength + 96}`));
  }
  return prefixLength > rack
    ? network(cidr(`fd00:${a}:${b}:${c}:${d}::/80`))
    : network(cidr(`fd00:${a}:${b}:${c}::/64`));
}

/** The address in `wanted` whose place is that of `address` in its own block. */
export function deriveAddress(address: IpAddress, own: Cidr, wanted: Cidr): IpAddress {
  if (wanted.prefixLength > longestForDigits) {
    const offset = ipAddressToBigInt(address) - ipAddressToBigInt(network(own).address);
    return addressAt(wanted, offset % blockSize(wanted));
  }
  const groups = address.split(".").slice(Math.floor(own.prefixLength / 8));
  return addressAt(wanted, ipAddressToBigInt(ipAddress(`::${groups.join(":")}`)));
}
