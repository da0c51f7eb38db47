import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ReportError } from "../report/report-error.ts";
import type { RunReport } from "../report/reporters/run-report.ts";
import {
  type Durations,
  formatDurations,
  parseDurations,
  updateDurations,
} from "../report/shards/durations.ts";
import { fileRefusal } from "./file-refusal.ts";
import { tryFolder } from "./output-folder.ts";

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

/**
 * Whether a run's can be kept there, found out before there is anything to keep; what is there stays as it was.
 *
 * @throws ReportError `REPORT_FILE` when it is something else; HostError `HOST_FILE` when it cannot be written.
 */
export function checkDurationsFile(file: string): void {
  if (readDurations(file) === undefined) {
    tryFolder(path.dirname(file), file);
    return;
  }
  try {
    closeSync(openSync(file, "r+"));
  } catch (error) {
    throw fileRefusal(error, file) ?? error;
  }
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
