/** Deeper than any object of the API is, and not so deep that a walk down exhausts the stack. */
const deepest = 1_000;

/** Whether nothing in `value`, which came from a client, is nested deeper than whoever walks down can follow. */
export function isShallow(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= deepest; depth++) {
    const below = level.flatMap((each) =>
      typeof each === "object" && each !== null ? Object.values(each) : [],
    );
    if (below.length === 0) return true;
    level = below;
  }
  return false;
}
