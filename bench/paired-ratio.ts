/** How two things that were measured side by side compare, whatever else the machine did meanwhile. */
import { median } from "./figure.ts";

export interface Ratio {
  readonly median: number;
  /** The median's 95 % confidence interval. */
  readonly low: number;
  readonly high: number;
}

/**
 * `ours` by `theirs`, which are as many; pairs of which one is nothing, as of a stream that found out too late that it may send, are left out. The
 * interval assumes nothing of how the ratios are distributed.
 */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): Ratio {
  const ratios = ours
    .map((one, index) => one / (theirs[index] ?? 0))
    .filter((ratio) => ratio > 0 && Number.isFinite(ratio))
    .sort((a, b) => a - b);
  const below = ranksBelow(ratios.length);
  return {
    median: median(ratios),
    low: ratios[below] ?? Number.NaN,
    high: ratios[ratios.length - 1 - below] ?? Number.NaN,
  };
}

/**
 * How many of the lowest values may be left out before the next is above the median with more than 2.5 %: by the
 * binomial distribution, for each value is below the median with one half.
 */
function ranksBelow(count: number): number {
  let [probability, cumulated, ranks] = [0.5 ** count, 0.5 ** count, 0];
  while (cumulated <= 0.025) {
    ranks++;
    probability *= (count - ranks + 1) / ranks;
    cumulated += probability;
  }
  return Math.max(0, ranks - 1);
}
