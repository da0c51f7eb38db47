/** A source of numbers from 0 up to, not including, 1. `Math.random` is one. */
export type Random = () => number;

/**
 * The same numbers for the same seed, so that a lab run twice picks the same
 * names and addresses. Not for secrets.
 *
 * @see mulberry32, Tommy Ettinger 2017
 */
export function seededRandom(seed: string | number): Random {
  let state = hash(String(seed));
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 up to, not including, `end`. */
export function randomBelow(end: number, random: Random): number {
  return Math.floor(random() * end);
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value;
}
