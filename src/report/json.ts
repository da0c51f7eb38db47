import type { Reporter } from "./reporter.ts";
import { RunCollector } from "./run-report.ts";

/** One JSON document when all is over: {@link RunReport}. */
export function jsonReporter(): Reporter {
  const run = new RunCollector();
  return {
    begin(lab) {
      run.begin(lab);
      return "";
    },
    event(event) {
      run.event(event);
      return "";
    },
    end: () => `${JSON.stringify(run.report(), null, 2)}\n`,
  };
}
