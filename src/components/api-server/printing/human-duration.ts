/** Ages as `kubectl` prints them, after apimachinery's util/duration. */

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** Two units where the larger one is still small, one beyond: `95s`, `3m20s`, `12m`, `5h10m`, `2d4h`, `3y40d`. */
export function humanDuration(durationMs: number): string {
  const seconds = Math.trunc(durationMs / 1_000);
  // The clocks of a cluster differ a little.
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 2 * minute) return `${seconds}s`;
  if (seconds < 10 * minute) return inTwo(seconds, [minute, "m"], [1, "s"]);
  if (seconds < 3 * hour) return inOne(seconds, [minute, "m"]);
  if (seconds < 8 * hour) return inTwo(seconds, [hour, "h"], [minute, "m"]);
  if (seconds < 2 * day) return inOne(seconds, [hour, "h"]);
  if (seconds < 8 * day) return inTwo(seconds, [day, "d"], [hour, "h"]);
  if (seconds < 2 * year) return inOne(seconds, [day, "d"]);
  if (seconds < 8 * year) return inTwo(seconds, [year, "y"], [day, "d"]);
  return inOne(seconds, [year, "y"]);
}

/** Time since an RFC 3339 timestamp; `<unknown>` without one. */
export function ageSince(timestamp: string | undefined, now: number): string {
  return timestamp === undefined ? "<unknown>" : humanDuration(now - Date.parse(timestamp));
}

type Unit = readonly [seconds: number, letter: string];

function inOne(seconds: number, [unit, letter]: Unit): string {
  return `${Math.floor(seconds / unit)}${letter}`;
}

function inTwo(seconds: number, large: Unit, small: Unit): string {
  const rest = seconds % large[0];
  const second = Math.floor(rest / small[0]) === 0 ? "" : inOne(rest, small);
  return `${inOne(seconds, large)}${second}`;
}
