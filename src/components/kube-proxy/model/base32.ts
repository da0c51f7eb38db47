/** Hashes in the names of chains: long names have to fit where the kernel allows few characters. */
import { hash } from "node:crypto";

const BASE32 = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", (letter) => letter.charCodeAt(0));

/** The first `characters` of base32(sha256(text)): RFC 4648's alphabet, five bits each. */
export function sha256Base32(text: string, characters: number): string {
  // As a string of bytes: a Buffer for each of a hundred thousand hashes costs more than the hashes.
  const digest = hash("sha256", text, "binary");
  const codes: number[] = [];
  for (let bit = 0; codes.length < characters; bit += 5) {
    const window = (digest.charCodeAt(bit >> 3) << 8) | digest.charCodeAt((bit >> 3) + 1);
    codes.push(BASE32[(window >> (11 - (bit & 7))) & 31] ?? 0);
  }
  return String.fromCharCode(...codes);
}
