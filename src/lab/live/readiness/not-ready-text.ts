/** So many fit on a screen beside what was there before. */
const MAX_LINES = 10;

/**
 * What was waited for in vain: a short sentence, and what is missing, a line each where it is several. Whoever prints it
 * may put something of its own behind the first line.
 */
export function notReadyText(withinMs: number, missing: readonly string[]): string {
  const late = `not ready within ${withinMs / 1_000} s`;
  const [first = "controllers and rules have not come to rest, or DNS does not answer", ...others] =
    missing;
  if (others.length === 0) return `${late}: ${first}`;
  const left = missing.length - MAX_LINES;
  const shown = [...missing.slice(0, MAX_LINES), ...(left > 0 ? [`and ${left} more`] : [])];
  return [`${missing.length} pods and workloads ${late}`, ...shown.map((line) => `  ${line}`)].join(
    "\n",
  );
}
