import type { Reporter } from "./reporter.ts";
import { reportAtEnd } from "./run-report.ts";

/** One JSON document when all is over: {@link RunReport}. */
export function jsonReporter(): Reporter {
  return reportAtEnd((report) => `${JSON.stringify(report, null, 2)}\n`);
}
