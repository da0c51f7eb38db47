import type { Shard } from "../shards/merge-shards.ts";
import type { Reporter } from "./reporter.ts";
import { type RunReport, reportAtEnd } from "./run-report.ts";

/** One JSON document when all is over: {@link RunReport}, of a shard with what it is a part of. */
export function jsonReporter(shard?: Shard): Reporter {
  return reportAtEnd((report) => formatReport(report, shard));
}

export function formatReport(report: RunReport, shard?: Shard): string {
  return `${JSON.stringify({ ...report, ...(shard !== undefined && { shard }) }, null, 2)}\n`;
}
