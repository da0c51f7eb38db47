/** A time as a person reads it: `0.42 ms`, `12 ms`, `1.3 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  // Each bound is where the rounded number would leave its unit.
  if (ms < 9.995) return `${ms.toFixed(2)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
