/**
 * Addresses as text, formatted once for each of the few that a capture has.
 *
 * A direct-mapped cache: the bytes decide the slot, and a later address with
 * the same slot takes it over. So it never grows, and a hit costs no allocation.
 */
import { type IpAddress, ipAddressFromBytes } from "../../net/ip-address.ts";
import { type MacAddress, macAddressFromBytes } from "../../net/mac-address.ts";

/** A large lab has a thousand addresses: with four times the slots few of them share one. */
const SLOT_BITS = 12;
const SLOTS = 1 << SLOT_BITS;
/** Knuth's multiplier, 2^32 divided by the golden ratio: spreads neighbouring addresses. */
const HASH_MULTIPLIER = 0x9e37_79b1;

class AddressTexts<Text extends string> {
  readonly #size: number;
  readonly #format: (bytes: Uint8Array) => Text;
  readonly #keys: Uint8Array;
  readonly #texts: Array<Text | undefined>;

  constructor(size: number, format: (bytes: Uint8Array) => Text) {
    this.#size = size;
    this.#format = format;
    this.#keys = new Uint8Array(SLOTS * size);
    this.#texts = new Array<Text | undefined>(SLOTS).fill(undefined);
  }

  at(packet: Uint8Array, offset: number): Text {
    const slot = this.#slotOf(packet, offset);
    const text = this.#texts[slot];
    if (text !== undefined && this.#holds(slot, packet, offset)) return text;
    const bytes = packet.subarray(offset, offset + this.#size);
    const formatted = this.#format(bytes);
    this.#keys.set(bytes, slot * this.#size);
    this.#texts[slot] = formatted;
    return formatted;
  }

  #slotOf(packet: Uint8Array, offset: number): number {
    let hash = 0;
    for (let index = 0; index < this.#size; index++) {
      hash = Math.imul(hash ^ (packet[offset + index] ?? 0), HASH_MULTIPLIER);
    }
    return hash >>> (32 - SLOT_BITS);
  }

  #holds(slot: number, packet: Uint8Array, offset: number): boolean {
    const key = slot * this.#size;
    for (let index = 0; index < this.#size; index++) {
      if (this.#keys[key + index] !== packet[offset + index]) return false;
    }
    return true;
  }
}

const ipv4Texts = new AddressTexts<IpAddress>(4, ipAddressFromBytes);
const ipv6Texts = new AddressTexts<IpAddress>(16, ipAddressFromBytes);
const macTexts = new AddressTexts<MacAddress>(6, macAddressFromBytes);

/** The four bytes at `offset`, which must be there. */
export function ipv4At(packet: Uint8Array, offset: number): IpAddress {
  return ipv4Texts.at(packet, offset);
}

/** The sixteen bytes at `offset`, which must be there. */
export function ipv6At(packet: Uint8Array, offset: number): IpAddress {
  return ipv6Texts.at(packet, offset);
}

/** The six bytes at `offset`, which must be there. */
export function macAt(packet: Uint8Array, offset: number): MacAddress {
  return macTexts.at(packet, offset);
}
