/** A line of a component's log, for people. */

/** pino's numbers. */
const levelNames: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [10, "TRACE"],
  [20, "DEBUG"],
  [30, "INFO"],
  [40, "WARN"],
  [50, "ERROR"],
  [60, "FATAL"],
]);

/** `2026-11-28T02:30:00.123Z  WARN  node01  rule sync failed  changed=3`; what is no record is shown as it is. */
export function describeLogRecord(line: string): string {
  const record = parseRecord(line);
  if (record === undefined) return line;
  const { level, time, msg, node, lab: _lab, component: _component, err, ...rest } = record;
  const facts = Object.entries(rest).map(([name, value]) => `${name}=${format(value)}`);
  const words = [
    typeof time === "number" ? new Date(time).toISOString() : "",
    (levelNames.get(level) ?? "").padEnd(5),
    typeof node === "string" ? node : "",
    typeof msg === "string" ? msg : "",
    facts.join(" "),
    describeError(err),
  ];
  return words.filter((word) => word !== "").join("  ");
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    // An object that is no array has names and values.
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function describeError(error: unknown): string {
  if (typeof error !== "object" || error === null || !("message" in error)) return "";
  return `error=${format(error.message)}`;
}

function format(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /[\s"]/.test(text) && typeof value === "string" ? JSON.stringify(text) : text;
}
