/** Labs of `podwire test` with their scenarios: some at a time, and what becomes of the others when one ends all. */
import { PodwireError } from "../base/podwire-error.ts";
import type { LabPlan } from "../lab/load.ts";
import { launch } from "../lab/up.ts";
import type { LabEvent } from "../observe/event.ts";
import type { Scenario } from "../topology/scenario/scenario.ts";
import type { Variant } from "../topology/variants.ts";
import type { Terminal } from "./terminal.ts";
import { Unfinished } from "./unfinished.ts";

export interface JobFlags {
  readonly output: string;
  readonly jobs: number;
  readonly keep?: boolean;
  readonly bail?: boolean;
  readonly seed?: number;
}

/** One topology file with the scenarios of it that are to run. */
export interface Job {
  readonly variant: Variant;
  /** As reports call it. */
  readonly lab: string;
  readonly plan: LabPlan;
  readonly scenarios: readonly Scenario[];
}

/** A job on its way: what happens in it, and whether all held. */
export interface RunningJob extends Job {
  readonly log: EventLog;
  readonly unfinished: Unfinished;
  /** Rejects with {@link Reported}, or with the signal's reason. */
  readonly ok: Promise<boolean>;
}

/** Why a lab's scenarios are left out: the first failure, elsewhere, ends all. */
export class Bailed extends Error {}

/** A lab could not be built, or broke; its scenarios have failed of it. */
export class Reported extends Error {
  readonly reason: PodwireError;

  constructor(reason: PodwireError) {
    super(reason.message, { cause: reason });
    this.reason = reason;
  }
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

interface Surroundings {
  readonly flags: JobFlags;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** At most `flags.jobs` at the same time. */
export function startJobs(jobs: readonly Job[], surroundings: Surroundings): readonly RunningJob[] {
  const lanes: Array<Promise<unknown>> = Array.from({ length: surroundings.flags.jobs }, () =>
    Promise.resolve(),
  );
  return jobs.map((job, index) => {
    const lane = index % lanes.length;
    const begun = { ...job, log: new EventLog(), unfinished: new Unfinished(job.scenarios) };
    const ok = (lanes[lane] ?? Promise.resolve()).then(() => runUntilBailed(begun, surroundings));
    lanes[lane] = ok.catch(() => undefined);
    return { ...begun, ok };
  });
}

/** Where another job's failure ends this one, what has not come to its end is skipped. */
async function runUntilBailed(
  { log, ...job }: Omit<RunningJob, "ok">,
  surroundings: Surroundings,
): Promise<boolean> {
  const { unfinished } = job;
  const onEvent = (event: LabEvent): void => {
    unfinished.note(event);
    log.add(event);
  };
  try {
    surroundings.signal.throwIfAborted();
    const ok = await runJob(job, onEvent, surroundings);
    // What an earlier failure of its own has left.
    unfinished.skipped("an earlier failure").forEach(onEvent);
    return ok;
  } catch (error) {
    if (error instanceof Bailed) {
      unfinished.skipped("an earlier failure").forEach(onEvent);
      return false;
    }
    if (!(error instanceof PodwireError) || unfinished.isEmpty) throw error;
    unfinished.failed(error).forEach(onEvent);
    throw new Reported(error);
  }
}

async function runJob(
  { plan, scenarios, unfinished }: Pick<RunningJob, "plan" | "scenarios" | "unfinished">,
  onEvent: (event: LabEvent) => void,
  { flags, terminal, signal }: Surroundings,
): Promise<boolean> {
  const { output, keep = false, bail = false, seed } = flags;
  const lab = await launch(plan, {
    onEvent,
    signal,
    lifetime: keep ? "detached" : "attached",
    ...(seed !== undefined && { seed }),
  });
  let ok = true;
  try {
    for (const { name } of scenarios) {
      unfinished.begin(name);
      ok = (await lab.run(name, { outputDirectory: output, onEvent, signal })) === "passed" && ok;
      if (!ok && bail) break;
    }
  } catch (error) {
    await lab.down();
    throw error;
  }
  if (keep && !ok) terminal.err(`${lab.name} is kept: podwire shell node/NAME, podwire down\n`);
  else await lab.down();
  return ok;
}
