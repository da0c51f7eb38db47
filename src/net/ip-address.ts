/**
 * IP addresses as branded, canonical text: two addresses are equal when their
 * strings are. IPv4 is dotted quad; IPv6 is RFC 5952 (lower case, `::` once).
 */
import { isIPv4, isIPv6 } from "node:net";

declare const brand: unique symbol;

/** Only {@link parseIpAddress} and {@link ipAddressFromBytes} make one. */
export type IpAddress = string & { readonly [brand]: "IpAddress" };

export type IpFamily = "ipv4" | "ipv6";

/** Undefined when `text` is no address, or carries a zone such as `%eth0`. */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) return text as IpAddress;
  if (!isIPv6(text) || text.includes("%")) return undefined;
  return ipAddressFromBytes(parseIpv6Bytes(text));
}

/** For addresses written in the source: throws where {@link parseIpAddress} answers undefined. */
export function ipAddress(text: string): IpAddress {
  const address = parseIpAddress(text);
  if (address === undefined) throw new RangeError(`${text} is not an IP address`);
  return address;
}

export function familyOf(address: IpAddress): IpFamily {
  return address.includes(":") ? "ipv6" : "ipv4";
}

/** In 127.0.0.0/8, or ::1: what never leaves the machine. */
export function isLoopback(address: IpAddress): boolean {
  return address.startsWith("127.") || address === "::1";
}

/** Network byte order: 4 bytes, or 16. */
export function ipAddressBytes(address: IpAddress): Uint8Array {
  return familyOf(address) === "ipv4"
    ? Uint8Array.from(address.split("."), Number)
    : parseIpv6Bytes(address);
}

/** @throws RangeError unless given 4 or 16 bytes. */
export function ipAddressFromBytes(bytes: Uint8Array): IpAddress {
  if (bytes.byteLength === 4) return bytes.join(".") as IpAddress;
  if (bytes.byteLength !== 16)
    throw new RangeError(`an address has 4 or 16 bytes, not ${bytes.byteLength}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2));
  return formatIpv6(groups) as IpAddress;
}

/** The address as a number: 32 or 128 bits. */
export function ipAddressToBigInt(address: IpAddress): bigint {
  return ipAddressBytes(address).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export function ipAddressFromBigInt(value: bigint, family: IpFamily): IpAddress {
  const bytes = new Uint8Array(family === "ipv4" ? 4 : 16);
  let rest = value;
  for (let index = bytes.length - 1; index >= 0; index--) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return ipAddressFromBytes(bytes);
}

/** `address:port`, with brackets around IPv6: the endpoint string of kube-proxy. */
export function formatSocketAddress(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** What {@link formatSocketAddress} made. @throws RangeError for any other text. */
export function parseSocketAddress(text: string): {
  readonly address: IpAddress;
  readonly port: number;
} {
  const end = text.lastIndexOf(":");
  const address = ipAddress(text.slice(0, end).replace(/^\[|\]$/g, ""));
  return { address, port: Number(text.slice(end + 1)) };
}

function parseIpv6Bytes(text: string): Uint8Array {
  // An embedded dotted quad (`::ffff:10.0.0.1`) is two groups.
  const hex = text.replace(/\d+\.\d+\.\d+\.\d+$/, (quad) => {
    const [a = 0, b = 0, c = 0, d = 0] = quad.split(".").map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = "", tail] = hex.split("::");
  const split = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const before = split(head);
  const after = tail === undefined ? [] : split(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (const [index, group] of [...before, ...zeros, ...after].entries()) {
    view.setUint16(index * 2, Number.parseInt(group, 16));
  }
  return bytes;
}

/** RFC 5952 §4: the longest run of two or more zero groups, the first of equals, becomes `::`. */
function formatIpv6(groups: readonly number[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  const text = (part: readonly number[]): string =>
    part.map((group) => group.toString(16)).join(":");
  if (best.start === -1) return text(groups);
  return `${text(groups.slice(0, best.start))}::${text(groups.slice(best.start + best.length))}`;
}
