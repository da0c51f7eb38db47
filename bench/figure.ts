import type { Ratio } from "./paired-ratio.ts";

/** What a benchmark prints: one figure a line, as JSON. scripts/bench.mjs makes the table. */
export interface Figure {
  /** The benchmark it is from, as it is named on the command line. */
  readonly bench: string;
  /** What was measured, as a row of the table says it. */
  readonly what: string;
  readonly unit: Unit;
  /** The median of the rounds. */
  readonly podwire: number;
  /** All rounds, in the order in which they ran. */
  readonly rounds: readonly number[];
  /** Where it is a point of a curve: of which, and how far to the right. */
  readonly curve?: { readonly name: string; readonly x: number };
  /** The plain tool, in the same run. */
  readonly against?: {
    readonly tool: string;
    readonly value: number;
    /** Where the two were measured in pairs: of each the two compared, not the medians of all. */
    readonly ratio?: Ratio;
  };
}

/** `ms`: less is better. The others: more is better. */
export type Unit = "ms" | "/s" | "Mbit/s";

export function printFigure(figure: Figure): void {
  process.stdout.write(`${JSON.stringify(figure)}\n`);
}

/** The middle one; of an even number, the lower of the two. @throws RangeError of none. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
  if (middle === undefined) throw new RangeError("the median of nothing");
  return middle;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** A round after the other: side by side they would measure one another. */
export async function rounds(
  count: number,
  round: (index: number) => number | Promise<number>,
): Promise<number[]> {
  const values: number[] = [];
  for (let index = 0; index < count; index++) values.push(await round(index));
  return values;
}
