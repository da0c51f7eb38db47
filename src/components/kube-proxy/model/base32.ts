/** Hashes in the names of chains: long names have to fit where the kernel allows few characters. */
import { hash } from "node:crypto";

const BASE32 = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", (letter) => letter.charCodeAt(0));

/** The letters of one hash: one array for all, since there may be a hundred thousand. */
const codes: number[] = [];

/** The first `characters` of base32(sha256(text)): RFC 4648's alphabet, five bits each. */
export function sha256Base32(text: string, characters: number): string {
  // As a string of bytes: a Buffer for each costs more than the hashes.
  const digest = hash("sha256", text, "binary");
  if (codes.length !== characters) codes.length = characters;
  for (let index = 0, bit = 0; index < characters; index++, bit += 5) {
    const window = (digest.charCodeAt(bit >> 3) << 8) | digest.charCodeAt((bit >> 3) + 1);
    codes[index] = BASE32[(window >> (11 - (bit & 7))) & 31] ?? 0;
  }
  return String.fromCharCode(...codes);
}
