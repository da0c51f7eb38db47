import { type LabPlan, loadVariants } from "../../lab/load.ts";
import { pathForLab } from "../../lab/path-for-lab.ts";
import { RunCollector, type RunReport } from "../../report/reporters/run-report.ts";
import type { Shard } from "../../report/shards/merge-shards.ts";
import { Comparison } from "../../report/text/comparison.ts";
import type { ProxyMode } from "../../topology/proxy-options.ts";
import type { NetworkVariant } from "../../topology/raw/network-variant.ts";
import { InvalidTopologyError } from "../../topology/source/problem.ts";
import { renderProblems } from "../../topology/source/render-problem.ts";
import { type Choice, chooseScenarios, chooseShard } from "../choose-scenarios.ts";
import { createReporter, type ReporterName } from "../create-reporter.ts";
import { usualOutput } from "../declared/options.ts";
import { checkDurationsFile, keepDurations, readDurations } from "../durations-file.ts";
import { Interrupted } from "../interrupt.ts";
import { checkOutputFolder } from "../output-folder.ts";
import { writeShardReport } from "../shard-file.ts";
import type { Terminal } from "../terminal.ts";
import {
  Bailed,
  type Job,
  type JobFlags,
  Reported,
  type RunningJob,
  startJobs,
} from "../test-job.ts";
import { untestedFiles } from "../untested-files.ts";

export interface TestFlags extends Choice, JobFlags {
  readonly reporter: ReporterName;
  /** Shards are balanced by this file; what is not a shard brings it up to date. */
  readonly durations?: string;
  /** Every file over each of these pod networks, and under each of these modes, whatever matrix it has. */
  readonly network?: readonly NetworkVariant[];
  readonly proxyMode?: readonly ProxyMode[];
}

/**
 * All files are checked before the first lab is built.
 *
 * @returns the exit status: 0 when every scenario held, 1 otherwise.
 */
export async function testCommand(
  files: readonly string[],
  flags: TestFlags,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  checkOutputs(flags);
  const { jobs, shard } = chooseJobs(files, flags, terminal);
  const labels = new Set(jobs.map(({ variant }) => variant.label));
  const comparison = new Comparison([...labels]);
  const reporter = createReporter(flags.reporter, terminal, shard);
  const run = new RunCollector();
  const stop = new AbortController();
  let ok = true;
  let broken: { readonly error: unknown } | undefined;
  const running = startJobs(jobs, {
    ...{ flags, terminal },
    signal: AbortSignal.any([signal, stop.signal]),
  });
  try {
    for (const job of running) {
      // In the order of the files, whichever lab is done first.
      terminal.out(reporter.begin(job.lab));
      run.begin(job.lab);
      job.log.follow((event) => {
        terminal.out(reporter.event(event));
        run.event(event);
        comparison.note(job.variant.label, event);
      });
      const end = await endOf(job, broken === undefined ? "the next" : "none");
      ok = end.ok && ok;
      if ("error" in end) broken ??= end;
      // When one lab cannot be built, the others end as well.
      if (broken !== undefined || (!ok && flags.bail === true)) stop.abort(new Bailed());
    }
  } finally {
    stop.abort(new Bailed());
    await Promise.allSettled(running.map((job) => job.ok));
  }
  // Of all that ran, also when it was interrupted; what ended it is told by whoever called.
  terminal.out(reporter.end());
  keepForLater(run.report(), flags, shard);
  if (broken !== undefined) return exitCodeOf(broken.error, flags.reporter);
  // For people; a machine has the outcomes of every variant.
  const isForPeople = flags.reporter === "spec" && labels.size > 1;
  if (isForPeople) terminal.out(comparison.render(terminal.colour));
  return ok ? 0 : 1;
}

/** Said now, not by the first failure, nor after the last scenario. */
function checkOutputs({ output, durations, shard }: TestFlags): void {
  // Who names no folder may do without what would be in it, but for the report of a shard.
  if (output === usualOutput && shard === undefined) pathForLab(output);
  else checkOutputFolder(output);
  // Shards only read it.
  if (durations !== undefined && shard === undefined) checkDurationsFile(durations);
}

type JobEnd = { readonly ok: boolean } | { readonly ok: false; readonly error: unknown };

/** @param hit which of a lab's scenarios counts as interrupted where none runs. */
async function endOf(
  { ok, log, unfinished }: RunningJob,
  hit: "the next" | "none",
): Promise<JobEnd> {
  try {
    return { ok: await ok };
  } catch (error) {
    if (error instanceof Interrupted) unfinished.interrupted(hit).forEach(log.add);
    return { ok: false, error };
  }
}

/** A report that a person reads has said it; one for machines may have gone to a file. */
function exitCodeOf(error: unknown, reporter: ReporterName): number {
  if (!(error instanceof Reported)) throw error;
  if (reporter !== "spec") throw error.reason;
  return error.reason.exitCode;
}

/** Every file as every variant, less what `--grep` and `--shard` leave to others. */
function chooseJobs(
  files: readonly string[],
  { grep, shard, durations, network, proxyMode }: TestFlags,
  terminal: Terminal,
): { readonly jobs: readonly Job[]; readonly shard?: Shard } {
  const labs = files.flatMap((file) =>
    loadVariants(file, { network, proxyMode }).map(({ plan, variant }) => {
      const { name } = plan.topology;
      return { plan, variant, lab: variant.label === "" ? name : `${name} (${variant.label})` };
    }),
  );
  refuseUntested(
    labs.map(({ plan }) => plan),
    terminal,
  );
  const jobs = chooseScenarios(labs, grep);
  if (shard === undefined) return { jobs };
  const known = durations === undefined ? undefined : readDurations(durations);
  if (durations !== undefined && known === undefined) {
    terminal.err(`${durations} is not there yet: all scenarios count the same\n`);
  }
  const chosen = chooseShard(jobs, shard, known ?? new Map());
  return { jobs: chosen.labs, shard: chosen.shard };
}

/** @throws InvalidTopologyError when no file has a scenario; where some have none, it is only said. */
function refuseUntested(plans: readonly LabPlan[], { err }: Terminal): void {
  const problems = untestedFiles(plans);
  if (problems.some(({ severity }) => severity === "error"))
    throw new InvalidTopologyError(problems);
  if (problems.length > 0) err(`${renderProblems(problems)}\n\n`);
}

/** A shard's report is for `podwire report merge`, which then knows how long everything took. */
function keepForLater(
  report: RunReport,
  { output, durations }: TestFlags,
  shard: Shard | undefined,
): void {
  if (shard !== undefined) writeShardReport(output, report, shard);
  else if (durations !== undefined) keepDurations(durations, report);
}
