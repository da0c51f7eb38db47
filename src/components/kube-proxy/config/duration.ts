/**
 * Durations as Kubernetes configuration writes them: Go's `30s`, `1h30m`,
 * `24h0m0s`, `100ms`, and a bare `0`.
 */

const millisecondsPerUnit: ReadonlyMap<string, number> = new Map([
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
  ["us", 1e-3],
  ["µs", 1e-3],
  ["ns", 1e-6],
]);

/** Milliseconds; undefined when `text` is not a duration. */
export function parseGoDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)) {
    total += Number(value) * (millisecondsPerUnit.get(unit ?? "") ?? 0);
  }
  return total;
}
