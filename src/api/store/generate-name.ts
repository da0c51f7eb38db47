import { type Random, randomBelow } from "../../base/random.ts";

/** No vowels and nothing easily confused, so that no suffix is a word. As apimachinery's util/rand. */
const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
const suffixLength = 5;
const longestName = 63;

/** `web-` becomes `web-x2k4q`: what the API server does with `generateName`. */
export function generateName(base: string, random: Random): string {
  const suffix = Array.from(
    { length: suffixLength },
    () => suffixAlphabet[randomBelow(suffixAlphabet.length, random)],
  );
  return base.slice(0, longestName - suffixLength) + suffix.join("");
}
