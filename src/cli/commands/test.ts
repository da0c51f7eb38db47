import { PodwireError } from "../../base/podwire-error.ts";
import { type LabPlan, loadVariants } from "../../lab/load.ts";
import { pathForLab } from "../../lab/path-for-lab.ts";
import { launch } from "../../lab/up.ts";
import type { LabEvent } from "../../observe/event.ts";
import { RunCollector, type RunReport } from "../../report/reporters/run-report.ts";
import type { Shard } from "../../report/shards/merge-shards.ts";
import { Comparison } from "../../report/text/comparison.ts";
import type { ProxyMode } from "../../topology/proxy-options.ts";
import type { NetworkVariant } from "../../topology/raw/network-variant.ts";
import type { Scenario } from "../../topology/scenario.ts";
import { InvalidTopologyError } from "../../topology/source/problem.ts";
import { renderProblems } from "../../topology/source/render-problem.ts";
import type { Variant } from "../../topology/variants.ts";
import { type Choice, chooseScenarios, chooseShard } from "../choose-scenarios.ts";
import { createReporter, type ReporterName } from "../create-reporter.ts";
import { usualOutput } from "../declared/options.ts";
import { keepDurations, readDurations } from "../durations-file.ts";
import { checkOutputFolder } from "../output-folder.ts";
import { writeShardReport } from "../shard-file.ts";
import type { Terminal } from "../terminal.ts";
import { untestedFiles } from "../untested-files.ts";

export interface TestFlags extends Choice {
  readonly reporter: ReporterName;
  readonly output: string;
  /** Shards are balanced by this file; what is not a shard brings it up to date. */
  readonly durations?: string;
  readonly jobs: number;
  readonly keep?: boolean;
  readonly bail?: boolean;
  /** Every file over each of these pod networks, and under each of these modes, whatever matrix it has. */
  readonly network?: readonly NetworkVariant[];
  readonly proxyMode?: readonly ProxyMode[];
  readonly seed?: number;
}

/** One topology file with the scenarios of it that are to run. */
interface Job {
  readonly variant: Variant;
  /** As reports call it. */
  readonly lab: string;
  readonly plan: LabPlan;
  readonly scenarios: readonly Scenario[];
}

/** A job's events as they come: whoever follows gets those of before, too. */
class EventLog {
  readonly #events: LabEvent[] = [];
  #follower: ((event: LabEvent) => void) | undefined;

  readonly add = (event: LabEvent): void => {
    this.#events.push(event);
    this.#follower?.(event);
  };

  follow(follower: (event: LabEvent) => void): void {
    for (const event of this.#events) follower(event);
    this.#follower = follower;
  }
}

/** A job on its way: what happens in it, and whether all held. */
interface RunningJob {
  readonly log: EventLog;
  readonly ok: Promise<boolean>;
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
  // Said now, not by the first failure. Who names no folder may do without what would be in it.
  if (flags.output === usualOutput) pathForLab(flags.output);
  else checkOutputFolder(flags.output);
  const { jobs, shard } = chooseJobs(files, flags, terminal);
  const labels = new Set(jobs.map(({ variant }) => variant.label));
  const comparison = new Comparison([...labels]);
  const reporter = createReporter(flags.reporter, terminal, shard);
  const run = new RunCollector();
  const stop = new AbortController();
  let ok = true;
  const running = startJobs(jobs, flags, terminal, AbortSignal.any([signal, stop.signal]));
  try {
    for (const { lab, variant, log, ok: held } of running) {
      // In the order of the files, whichever lab is done first.
      terminal.out(reporter.begin(lab));
      run.begin(lab);
      log.follow((event) => {
        terminal.out(reporter.event(event));
        run.event(event);
        comparison.note(variant.label, event);
      });
      ok = (await held) && ok;
      if (!ok && flags.bail === true) stop.abort(new Bailed());
    }
  } catch (error) {
    // A report tells of all that ran; what ended it is told by whoever called.
    if (!signal.aborted) terminal.out(reporter.end());
    return exitCodeOf(error, flags.reporter);
  } finally {
    // When one lab cannot be built, the others end as well, and before this command does.
    stop.abort(new Bailed());
    await Promise.allSettled(running.map((job) => job.ok));
    keepForLater(run.report(), flags, shard);
  }
  terminal.out(reporter.end());
  // For people; a machine has the outcomes of every variant.
  const isForPeople = flags.reporter === "spec" && labels.size > 1;
  if (isForPeople) terminal.out(comparison.render(terminal.colour));
  return ok ? 0 : 1;
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

/** At most `flags.jobs` at the same time. */
function startJobs(
  jobs: readonly Job[],
  flags: TestFlags,
  terminal: Terminal,
  signal: AbortSignal,
): ReadonlyArray<RunningJob & Job> {
  const lanes: Array<Promise<unknown>> = Array.from({ length: flags.jobs }, () =>
    Promise.resolve(),
  );
  return jobs.map((job, index) => {
    const lane = index % flags.jobs;
    const log = new EventLog();
    const ok = (lanes[lane] ?? Promise.resolve()).then(() =>
      runUntilBailed(job, log.add, { flags, terminal, signal }),
    );
    lanes[lane] = ok.catch(() => undefined);
    return { ...job, log, ok };
  });
}

interface JobSurroundings {
  readonly flags: TestFlags;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Why a lab's scenarios are left out: the first failure, elsewhere, ends all. */
class Bailed extends Error {}

/** A lab could not be built, or broke; its scenarios have failed of it. */
class Reported extends Error {
  readonly reason: PodwireError;

  constructor(reason: PodwireError) {
    super(reason.message, { cause: reason });
    this.reason = reason;
  }
}

/** A report that a person reads has said it; one for machines may have gone to a file. */
function exitCodeOf(error: unknown, reporter: ReporterName): number {
  if (!(error instanceof Reported)) throw error;
  if (reporter !== "spec") throw error.reason;
  return error.reason.exitCode;
}

/** Where another job's failure ends this one, what has not come to its end is skipped. */
async function runUntilBailed(
  job: Job,
  onEvent: (event: LabEvent) => void,
  surroundings: JobSurroundings,
): Promise<boolean> {
  const left = new Set(job.scenarios);
  const follow = (event: LabEvent): void => {
    onEvent(event);
    if (event.type !== "scenario-finished") return;
    for (const each of left) if (each.name === event.scenario) left.delete(each);
  };
  try {
    surroundings.signal.throwIfAborted();
    return await runJob(job, follow, surroundings);
  } catch (error) {
    if (error instanceof Bailed) {
      skipAll([...left], "an earlier failure").forEach(onEvent);
      return false;
    }
    if (!(error instanceof PodwireError) || left.size === 0) throw error;
    // A report without these would read as if they had never been asked for.
    failAll([...left], error).forEach(onEvent);
    throw new Reported(error);
  }
}

async function runJob(
  { plan, scenarios }: Job,
  onEvent: (event: LabEvent) => void,
  { flags, terminal, signal }: JobSurroundings,
): Promise<boolean> {
  const { output, keep = false, bail = false, seed } = flags;
  const skip = (names: ReadonlyArray<Pick<Scenario, "name">>): void =>
    skipAll(names, "an earlier failure").forEach(onEvent);
  const lab = await launch(plan, {
    onEvent,
    signal,
    lifetime: keep ? "detached" : "attached",
    ...(seed !== undefined && { seed }),
  });
  let ok = true;
  try {
    for (const [index, { name }] of scenarios.entries()) {
      ok = (await lab.run(name, { outputDirectory: output, onEvent, signal })) === "passed" && ok;
      if (ok || !bail) continue;
      skip(scenarios.slice(index + 1));
      break;
    }
  } catch (error) {
    await lab.down();
    throw error;
  }
  if (keep && !ok) terminal.err(`${lab.name} is kept: podwire shell node/NAME, podwire down\n`);
  else await lab.down();
  return ok;
}

/** Scenarios of a lab that could not be built, or broke. */
function failAll(
  scenarios: ReadonlyArray<Pick<Scenario, "name">>,
  { code, message, hint }: PodwireError,
): readonly LabEvent[] {
  // As on the command line: what the code means, docs/errors.md says.
  const said = `${message} (${code})`;
  const failure = { code, message: said, ...(hint !== undefined && { hint }), artifacts: [] };
  return scenarios.flatMap(({ name }): readonly LabEvent[] => [
    { type: "step-failed", scenario: name, step: 0, title: "the lab", elapsedMs: 0, failure },
    { type: "scenario-finished", scenario: name, outcome: "failed", elapsedMs: 0 },
  ]);
}

function skipAll(
  scenarios: ReadonlyArray<Pick<Scenario, "name">>,
  reason: string,
): readonly LabEvent[] {
  return scenarios.map(({ name }) => ({
    type: "scenario-finished",
    scenario: name,
    outcome: "skipped",
    elapsedMs: 0,
    reason,
  }));
}
