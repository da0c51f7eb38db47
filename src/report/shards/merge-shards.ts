/** The reports of a run's shards, put together to that of the run. Pure. */
import type { StepFailure } from "../../observe/event.ts";
import { ReportError } from "../report-error.ts";
import { allHeld, countEvent, noTotals, type Totals } from "../reporters/reporter.ts";
import type { LabReport, RunReport, ScenarioReport } from "../reporters/run-report.ts";
import type { SplitLab } from "./split-shards.ts";

/** What a shard's report says beyond that of a whole run: which part it is, and of what. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
  /** The whole run: the same in every shard's report. */
  readonly labs: readonly SplitLab[];
}

export interface ShardReport extends RunReport {
  readonly shard: Shard;
}

/**
 * Labs and scenarios in the order of the whole run, whatever the order of the reports. A scenario that its shard does not tell of
 * has failed: `SHARD_INCOMPLETE`. A lab that several shards built has the time of the slowest and everybody's warnings.
 *
 * @throws ReportError `REPORT_MISMATCH` when the reports are not of one run.
 */
export function mergeShards(reports: readonly ShardReport[]): RunReport {
  const [first] = reports;
  if (first === undefined) throw new ReportError("REPORT_MISMATCH", "there is no report to merge");
  const byIndex = new Map(reports.map((report) => [report.shard.index, report]));
  requireOneRun(reports, byIndex.size);
  const { labs: split, of } = first.shard;
  const labs = split.map((lab, position) => {
    const parts = lab.shards.map((index) => ({
      index,
      report: labOf(byIndex.get(index), split, position),
    }));
    return mergeLab(lab, of, parts);
  });
  const totals = totalsOf(labs);
  return { ok: allHeld(totals), totals, labs };
}

function requireOneRun(reports: readonly ShardReport[], different: number): void {
  const [first, ...others] = reports.map(({ shard: { of, labs } }) => JSON.stringify({ of, labs }));
  if (others.some((other) => other !== first)) {
    throw new ReportError("REPORT_MISMATCH", "these are shards of different runs", {
      hint: "give all shards of a run the same files, flags and --durations, and merge these",
    });
  }
  if (different < reports.length) {
    throw new ReportError("REPORT_MISMATCH", "there are two reports of one shard", {
      hint: "give the one that counts",
    });
  }
}

/** Of a shard's own labs the one that is the run's `position`-th: a report has them in the run's order, and those it came to. */
function labOf(
  report: ShardReport | undefined,
  split: readonly SplitLab[],
  position: number,
): LabReport | undefined {
  if (report === undefined) return undefined;
  const { index } = report.shard;
  const before = split.slice(0, position).filter(({ shards }) => shards.includes(index));
  return report.labs[before.length];
}

interface Part {
  /** The shard's. */
  readonly index: number;
  readonly report: LabReport | undefined;
}

function mergeLab({ lab, scenarios }: SplitLab, of: number, parts: readonly Part[]): LabReport {
  const there = parts.flatMap(({ report }) => (report === undefined ? [] : [report]));
  const slowest = there
    .filter(({ readyAfterMs }) => readyAfterMs !== undefined)
    .toSorted((a, b) => (b.readyAfterMs ?? 0) - (a.readyAfterMs ?? 0))[0];
  return {
    ...slowest,
    lab,
    warnings: [...new Set(there.flatMap(({ warnings }) => warnings))],
    scenarios: scenarios.map(({ scenario, shard }) => {
      const report = parts.find(({ index }) => index === shard)?.report;
      return (
        report?.scenarios.find((each) => each.scenario === scenario) ??
        incomplete(scenario, `${shard}/${of}`)
      );
    }),
  };
}

function incomplete(scenario: string, shard: string): ScenarioReport {
  const failure: StepFailure = {
    code: "SHARD_INCOMPLETE",
    message: `shard ${shard} has not told how it ended`,
    hint: "see what that shard printed; was its report given?",
    artifacts: [],
  };
  const step = { title: `shard ${shard}`, ok: false, elapsedMs: 0, failure };
  return { scenario, outcome: "failed", elapsedMs: 0, steps: [step] };
}

function totalsOf(labs: readonly LabReport[]): Totals {
  const setupMs = labs.reduce((sum, { readyAfterMs = 0 }) => sum + readyAfterMs, 0);
  return labs
    .flatMap(({ scenarios }) => scenarios)
    .reduce(
      (totals, { scenario, outcome, elapsedMs }) =>
        countEvent(totals, { type: "scenario-finished", scenario, outcome, elapsedMs }),
      { ...noTotals, elapsedMs: setupMs },
    );
}
