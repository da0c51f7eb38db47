import { replay } from "../../report/reporters/replay.ts";
import { mergeShards } from "../../report/shards/merge-shards.ts";
import { createReporter, type ReporterName } from "../create-reporter.ts";
import { checkDurationsFile, keepDurations } from "../durations-file.ts";
import { readShardReport } from "../shard-file.ts";
import type { Terminal } from "../terminal.ts";

export interface ReportMergeFlags {
  readonly reporter: ReporterName;
  readonly durations?: string;
}

/** @returns the exit status of the whole run: 0 when every scenario held, 1 otherwise. */
export function reportMergeCommand(
  files: readonly string[],
  { reporter, durations }: ReportMergeFlags,
  terminal: Terminal,
): number {
  if (durations !== undefined) checkDurationsFile(durations);
  const report = mergeShards(files.map(readShardReport));
  terminal.out(replay(report, createReporter(reporter, terminal)));
  if (durations !== undefined) keepDurations(durations, report);
  return report.ok ? 0 : 1;
}
