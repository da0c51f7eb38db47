/** How long nobody answered, of a probe that is asked again and again. Pure. */
import type { ProbeAttempt } from "../../observe/probe.ts";

/** An attempt, and when it began: milliseconds on any clock. */
export interface TimedAttempt extends ProbeAttempt {
  readonly beganMs: number;
}

/**
 * The longest time without an answer: from the beginning of the first attempt that failed to that of the next that did not, or
 * to `endedMs` where none came. 0 when none failed.
 *
 * @param attempts in the order in which they began.
 */
export function longestOutageMs(attempts: readonly TimedAttempt[], endedMs: number): number {
  let longest = 0;
  let sinceMs: number | undefined;
  for (const { ok, beganMs } of attempts) {
    if (!ok) sinceMs ??= beganMs;
    if (!ok || sinceMs === undefined) continue;
    longest = Math.max(longest, beganMs - sinceMs);
    sinceMs = undefined;
  }
  return sinceMs === undefined ? longest : Math.max(longest, endedMs - sinceMs);
}
