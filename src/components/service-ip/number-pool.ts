import { type Random, randomBelow } from "../../base/random.ts";

/**
 * Numbers from 0 to `size`, of which the first few are a band that is given out
 * last: whoever chooses an address by hand takes it from there and seldom meets
 * one that the server chose.
 */
export interface NumberPool {
  readonly size: number;
  readonly band: number;
}

export interface BandRule {
  readonly step: number;
  readonly most: number;
}

/** Ranges smaller than this have no band, and no band is smaller. */
const leastBand = 16;

/** A sixteenth of the Service addresses. */
export const addressBand: BandRule = { step: 16, most: 256 };

/** A thirty-second of the node ports. */
export const nodePortBand: BandRule = { step: 32, most: 128 };

/** `rangeSize` counts all of the range, also what is never given out, as the server's formula does. */
export function bandSize(rangeSize: number, { step, most }: BandRule): number {
  if (rangeSize <= leastBand) return 0;
  return Math.min(Math.max(leastBand, Math.floor(rangeSize / step)), most);
}

/** A number that is not taken, from above the band while there is one; undefined when all are. */
export function pickNumber(
  { size, band }: NumberPool,
  isTaken: (number: number) => boolean,
  random: Random,
): number | undefined {
  return (
    pickBetween(band, size, isTaken, random) ??
    pickBetween(0, Math.min(band, size), isTaken, random)
  );
}

/** Begins at a random place and goes round once. */
function pickBetween(
  first: number,
  end: number,
  isTaken: (number: number) => boolean,
  random: Random,
): number | undefined {
  const count = end - first;
  if (count <= 0) return undefined;
  const start = randomBelow(count, random);
  for (let step = 0; step < count; step++) {
    const number = first + ((start + step) % count);
    if (!isTaken(number)) return number;
  }
  return undefined;
}
