/** The report that every shard leaves in its output folder, whatever it prints: what `podwire report merge` reads. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { ReportError } from "../report/report-error.ts";
import { formatReport } from "../report/reporters/json.ts";
import type { RunReport } from "../report/reporters/run-report.ts";
import type { Shard, ShardReport } from "../report/shards/merge-shards.ts";

/** @returns the file: `FOLDER/shard-1-of-2.json`. */
export function writeShardReport(folder: string, report: RunReport, shard: Shard): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `shard-${shard.index}-of-${shard.of}.json`);
  writeFileSync(file, formatReport(report, shard));
  return file;
}

/** @throws ReportError `REPORT_FILE` when it cannot be read or is something else. */
export function readShardReport(file: string): ShardReport {
  try {
    const report: unknown = JSON.parse(readFileSync(file, "utf8"));
    shapeOfReport().parse(report);
    // The shape says what decides; the rest is as it was written.
    return report as ShardReport;
  } catch (error) {
    const why = error instanceof z.ZodError ? "this is no report of a shard" : messageOf(error);
    throw new ReportError("REPORT_FILE", `${file}: ${why}`, {
      hint: "name files that `podwire test --shard` has written: shard-1-of-2.json and so on",
      cause: error,
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function shapeOfReport(): z.ZodType {
  const number = z.int().min(1);
  const step = z.object({ title: z.string(), ok: z.boolean(), elapsedMs: z.number() });
  const scenario = z.object({
    scenario: z.string(),
    outcome: z.enum(["passed", "failed", "skipped", "interrupted"]),
    elapsedMs: z.number(),
    steps: z.array(step),
  });
  const split = z.object({
    lab: z.string(),
    shards: z.array(number),
    scenarios: z.array(z.object({ scenario: z.string(), shard: number })),
  });
  const lab = z.object({
    lab: z.string(),
    warnings: z.array(z.string()),
    scenarios: z.array(scenario),
  });
  return z.object({
    labs: z.array(lab),
    shard: z.object({ index: number, of: number, labs: z.array(split) }),
  });
}
