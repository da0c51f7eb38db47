import path from "node:path";
import { type LabPlan, launch, load } from "../../lab/up.ts";
import type { LabEvent } from "../../observe/event.ts";
import { jsonReporter } from "../../report/json.ts";
import { junitReporter } from "../../report/junit.ts";
import type { Reporter } from "../../report/reporter.ts";
import { specReporter } from "../../report/spec.ts";
import { tapReporter } from "../../report/tap.ts";
import type { Scenario } from "../../topology/scenario.ts";
import { Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

export interface TestFlags {
  readonly reporter: "spec" | "tap" | "junit" | "json";
  readonly output: string;
  readonly grep?: RegExp;
  readonly jobs: number;
  readonly keep?: boolean;
  readonly shard?: { readonly index: number; readonly of: number };
  readonly bail?: boolean;
  readonly seed?: number;
}

/** One topology file with the scenarios of it that are to run. */
interface Job {
  readonly plan: LabPlan;
  readonly scenarios: readonly Scenario[];
}

/** What a job came to: its events, in order, and whether all held. */
interface JobResult {
  readonly events: readonly LabEvent[];
  readonly ok: boolean;
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
  const jobs = share(
    files.map((file) => load(file)),
    flags,
  );
  const reporter = createReporter(flags.reporter, terminal);
  const stop = new AbortController();
  let ok = true;
  const results = startJobs(jobs, flags, terminal, AbortSignal.any([signal, stop.signal]));
  for (const [index, { plan }] of jobs.entries()) {
    // In the order of the files, whichever lab is done first.
    const result = await results[index];
    terminal.out(reporter.begin(plan.topology.name));
    for (const event of result?.events ?? []) terminal.out(reporter.event(event));
    ok &&= result?.ok ?? false;
    if (!ok && flags.bail === true) stop.abort();
  }
  terminal.out(reporter.end());
  return ok ? 0 : 1;
}

function createReporter(name: TestFlags["reporter"], { colour }: Terminal): Reporter {
  switch (name) {
    case "spec":
      return specReporter(colour);
    case "tap":
      return tapReporter();
    case "junit":
      return junitReporter();
    case "json":
      return jsonReporter();
  }
}

/** The scenarios that `--grep` and `--shard` leave; a file without any is not built. */
function share(plans: readonly LabPlan[], { grep, shard }: TestFlags): readonly Job[] {
  let position = 0;
  const isOurs = (): boolean => shard === undefined || position++ % shard.of === shard.index - 1;
  return plans
    .map((plan) => ({
      plan,
      scenarios: plan.scenarios.filter(({ name }) => (grep?.test(name) ?? true) && isOurs()),
    }))
    .filter(({ plan, scenarios }) => scenarios.length > 0 || plan.scenarios.length === 0);
}

/** At most `flags.jobs` at the same time; each promise settles when its job is done. */
function startJobs(
  jobs: readonly Job[],
  flags: TestFlags,
  terminal: Terminal,
  signal: AbortSignal,
): ReadonlyArray<Promise<JobResult>> {
  const lanes: Array<Promise<unknown>> = Array.from({ length: flags.jobs }, () =>
    Promise.resolve(),
  );
  return jobs.map((job, index) => {
    const lane = index % flags.jobs;
    const result = (lanes[lane] ?? Promise.resolve()).then(() =>
      runJob(job, flags, terminal, signal),
    );
    lanes[lane] = result.catch(() => undefined);
    return result;
  });
}

async function runJob(
  { plan, scenarios }: Job,
  flags: TestFlags,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<JobResult> {
  const { output, keep = false, bail = false, seed } = flags;
  const events: LabEvent[] = [];
  if (signal.aborted) return { events: skipAll(scenarios, "an earlier failure"), ok: false };
  using progress = new Progress(plan.topology.name, terminal);
  const onEvent = (event: LabEvent): void => {
    events.push(event);
    // A warning is the report's to tell.
    if (flags.jobs === 1 && terminal.canRedraw && event.type !== "warning") progress.event(event);
  };
  const lab = await launch(plan, {
    onEvent,
    signal,
    lifetime: keep ? "detached" : "attached",
    ...(seed !== undefined && { seed }),
  });
  progress[Symbol.dispose]();
  let ok = true;
  for (const { name } of scenarios) {
    if (!ok && bail) {
      events.push(...skipAll([{ name }], "an earlier failure"));
      continue;
    }
    const outputDirectory = path.resolve(output);
    ok = (await lab.run(name, { outputDirectory, onEvent, signal })) === "passed" && ok;
  }
  if (keep && !ok) terminal.err(`${lab.name} is kept: podwire shell node/NAME, podwire down\n`);
  else await lab.down();
  return { events, ok };
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
