import { createHash } from "node:crypto";

declare const brand: unique symbol;

/** `02:1a:…`, lower case, six pairs. */
export type MacAddress = string & { readonly [brand]: "MacAddress" };

export function parseMacAddress(text: string): MacAddress | undefined {
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)
    ? (text.toLowerCase() as MacAddress)
    : undefined;
}

export function macAddressBytes(address: MacAddress): Uint8Array {
  return Uint8Array.from(address.split(":"), (pair) => Number.parseInt(pair, 16));
}

/** @throws RangeError unless given 6 bytes. */
export function macAddressFromBytes(bytes: Uint8Array): MacAddress {
  if (bytes.byteLength !== 6)
    throw new RangeError(`a MAC address has 6 bytes, not ${bytes.byteLength}`);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":") as MacAddress;
}

/**
 * The MAC address of an interface of this lab: `02:…`, locally administered and
 * unicast, decided by where the interface is, so that two captures of one
 * topology show the same addresses.
 */
export function deriveMacAddress(netns: string, device: string): MacAddress {
  const digest = createHash("sha256").update(`${netns}\0${device}`).digest();
  return macAddressFromBytes(Uint8Array.of(0x02, ...digest.subarray(0, 5)));
}
