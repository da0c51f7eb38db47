/** What etcd says of itself, an object of zap's on each line, as records of the lab's log. */
import type { Logger } from "pino";

const levels = ["debug", "info", "warn", "error"] as const;

export function logEtcdLine(log: Logger, line: string): void {
  const { level, msg, ts: _time, caller: _caller, ...facts } = parse(line);
  const known = levels.find((each) => each === level) ?? "info";
  log[known](facts, typeof msg === "string" ? msg : line);
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    // A crash is told in words.
    return {};
  }
}
