/** What was asked for and what was seen instead. */
export interface Mismatch {
  readonly expected: string;
  readonly seen: string;
}

export function judgeEqual<T extends string | number>(
  what: string,
  seen: T | undefined,
  expected: T | undefined,
): Mismatch | undefined {
  if (expected === undefined || seen === expected) return undefined;
  return { expected: `${what} ${expected}`, seen: `${what} ${seen ?? "none"}` };
}
