/** Hashes in the names of chains: long names have to fit where the kernel allows few characters. */
import { hash } from "node:crypto";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The first `characters` of base32(sha256(text)): RFC 4648's alphabet, five bits each. */
export function sha256Base32(text: string, characters: number): string {
  const digest = hash("sha256", text, "buffer");
  let result = "";
  for (let bit = 0; result.length < characters; bit += 5) {
    const window = ((digest[bit >> 3] ?? 0) << 8) | (digest[(bit >> 3) + 1] ?? 0);
    result += BASE32[(window >> (11 - (bit & 7))) & 31];
  }
  return result;
}
