/**
 * Socket addresses as system calls take them: `struct sockaddr_in` (16 bytes) and `sockaddr_in6` (28).
 * The family is in host byte order, the port in network byte order.
 *
 *     sockaddr_in:   [ u16 family | u16 port | address: 4 ][ 8 unused ]
 *     sockaddr_in6:  [ u16 family | u16 port | u32 flow ][ address: 16 ][ u32 scope id ]
 */
import {
  familyOf,
  type IpAddress,
  ipAddressBytes,
  ipAddressFromBytes,
} from "../../net/ip-address.ts";
import { Reader } from "../reader.ts";

const AF_INET = 2;
const AF_INET6 = 10;
const IPV4_BYTES = 16;
const IPV6_BYTES = 28;

export interface SocketAddress {
  readonly address: IpAddress;
  readonly port: number;
}

/** @throws RangeError when the port does not fit in 16 bits. */
export function encodeSocketAddress({ address, port }: SocketAddress): Uint8Array {
  if (!Number.isInteger(port) || port < 0 || port > 0xffff) {
    throw new RangeError(`a port is 0..65535, not ${port}`);
  }
  const ipv4 = familyOf(address) === "ipv4";
  const output = new Uint8Array(ipv4 ? IPV4_BYTES : IPV6_BYTES);
  const view = new DataView(output.buffer);
  view.setUint16(0, ipv4 ? AF_INET : AF_INET6, true);
  view.setUint16(2, port);
  output.set(ipAddressBytes(address), ipv4 ? 4 : 8);
  return output;
}

/**
 * Undefined when it is of another family, or of none: the kernel gives AF_UNSPEC where it has no address.
 *
 * @throws DecodeError when it is shorter than its family says.
 */
export function decodeSocketAddress(input: Uint8Array): SocketAddress | undefined {
  const reader = new Reader(input);
  if (reader.remaining < 2) return undefined;
  const family = reader.u16Host("sa_family");
  if (family !== AF_INET && family !== AF_INET6) return undefined;
  const port = reader.u16("sin_port");
  if (family === AF_INET6) reader.bytes(4, "sin6_flowinfo");
  const bytes = reader.bytes(family === AF_INET ? 4 : 16, "sin_addr");
  return { address: ipAddressFromBytes(bytes), port };
}
