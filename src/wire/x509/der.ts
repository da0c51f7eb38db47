/**
 * The few shapes of DER, ASN.1's unambiguous encoding, that a certificate is made of: tag, length, contents.
 * Encoding only. After ITU-T X.690.
 */

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(tags.sequence, ...parts);
}

export function set(...parts: readonly Uint8Array[]): Uint8Array {
  return element(tags.set, ...parts);
}

export function boolean(value: boolean): Uint8Array {
  return element(tags.boolean, Uint8Array.of(value ? 0xff : 0));
}

/** @param magnitude big-endian, of a number from 0 on. */
export function integer(magnitude: Uint8Array): Uint8Array {
  const first = magnitude.findIndex((byte) => byte !== 0);
  const shortest = first === -1 ? Uint8Array.of(0) : magnitude.subarray(first);
  // A leading bit would make it negative.
  const isNegative = (shortest[0] ?? 0) >= 0x80;
  return element(tags.integer, ...(isNegative ? [Uint8Array.of(0)] : []), shortest);
}

/** @param unusedBits of the last byte. */
export function bitString(bytes: Uint8Array, unusedBits: number = 0): Uint8Array {
  return element(tags.bitString, Uint8Array.of(unusedBits), bytes);
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return element(tags.octetString, bytes);
}

export function utf8String(text: string): Uint8Array {
  return element(tags.utf8String, Buffer.from(text, "utf8"));
}

/** `1.2.840.10045.2.1` */
export function objectIdentifier(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(
    tags.objectIdentifier,
    Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]),
  );
}

/** Whole seconds. As RFC 5280 wants it only from 2050 on, and everybody reads it before as well. */
export function generalizedTime(time: Date): Uint8Array {
  const digits = time.toISOString().slice(0, 19).replaceAll(/[-:T]/g, "");
  return element(tags.generalizedTime, Buffer.from(`${digits}Z`, "ascii"));
}

/** `[number]` around whole elements. */
export function explicit(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return element(0xa0 | number, ...parts);
}

/** `[number]` in place of the tag of something without parts. */
export function implicit(number: number, contents: Uint8Array): Uint8Array {
  return element(0x80 | number, contents);
}

function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const contents = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.of(tag, ...lengthBytes(contents.byteLength)), contents]);
}

/** Up to 127 in one byte; above, how many bytes, and those. */
function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

/** Seven bits a byte, all but the last marked. */
function base128(value: number): readonly number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
