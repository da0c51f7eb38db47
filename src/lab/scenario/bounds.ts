import type { Bounds } from "../../topology/scenario/expectation.ts";

export function isWithin(value: number, { atLeast, atMost }: Bounds): boolean {
  return value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
}

/** `4`, `at least 1`, `at most 3`, `1 to 3`, `any number`. */
export function formatBounds(
  { atLeast, atMost }: Bounds,
  format: (value: number) => string = String,
): string {
  if (atLeast === undefined)
    return atMost === undefined ? "any number" : `at most ${format(atMost)}`;
  if (atMost === undefined) return `at least ${format(atLeast)}`;
  return atLeast === atMost ? format(atLeast) : `${format(atLeast)} to ${format(atMost)}`;
}
