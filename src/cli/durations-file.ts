import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ReportError } from "../report/report-error.ts";
import type { RunReport } from "../report/reporters/run-report.ts";
import {
  type Durations,
  formatDurations,
  parseDurations,
  updateDurations,
} from "../report/shards/durations.ts";

/**
 * What the last runs took. Undefined when there is no such file yet, as before the first run.
 *
 * @throws ReportError `REPORT_FILE` when it is something else.
 */
export function readDurations(file: string): Durations | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const durations = parseDurations(text);
  if (durations !== undefined) return durations;
  throw new ReportError("REPORT_FILE", `${file}: this is no file of durations`, {
    hint: "name one that `podwire test --durations` has written, or one that is not there yet",
  });
}

/** Keeps what a run took for the next ones; what it did not run stays as it was. */
export function keepDurations(file: string, report: RunReport): void {
  const durations = updateDurations(readDurations(file) ?? new Map(), report);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, formatDurations(durations));
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    const { message } = error as Error;
    throw new ReportError("REPORT_FILE", `${file}: ${message}`, { cause: error });
  }
}
