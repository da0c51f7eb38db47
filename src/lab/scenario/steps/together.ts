/** Steps that hold other steps: all at once, or with a probe that is repeated meanwhile. */

import { describeProbe } from "../../../observe/describe-probe.ts";
import type { ProbeResult } from "../../../observe/probe.ts";
import type { DuringStep, ParallelStep, Step } from "../../../topology/scenario/scenario.ts";
import { formatBounds, isWithin } from "../bounds.ts";
import { judgeAttempt, judgeTotals } from "../judge-probe.ts";
import type { Mismatch } from "../mismatch.ts";
import { longestOutageMs, type TimedAttempt } from "../outage.ts";
import { meaningsIn, type StepContext } from "../step-context.ts";
import { StepFailed } from "../step-failed.ts";

/** `runStep`, handed over: it knows these steps, so they cannot import it. */
export type RunStep = (step: Step, context: StepContext) => Promise<string>;

/** @throws what the first of them throws that fails; then the others are not waited for in vain, but ended. */
export async function runParallel(
  { steps }: ParallelStep,
  context: StepContext,
  runStep: RunStep,
): Promise<string> {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  let first: { readonly error: unknown } | undefined;
  const details = await Promise.all(
    steps.map(async (step) => {
      try {
        return await runStep(step, { ...context, signal });
      } catch (error) {
        first ??= { error };
        stop.abort(error);
        return "";
      }
    }),
  );
  if (first !== undefined) throw first.error;
  return details.join("; ");
}

/**
 * The probe begins before the steps and ends after them. Each attempt is judged by what the words of
 * the scenario mean when it is over: pods that answered may be gone at the end.
 *
 * @throws StepFailed when an attempt is not what the step expects; what a step throws.
 */
export async function runDuring(
  step: DuringStep,
  context: StepContext,
  runStep: RunStep,
): Promise<string> {
  const asking = new Asking(step, context);
  try {
    await asking.first();
    const inner: string[] = [];
    for (const each of step.steps) inner.push(await runStep(each, context));
    await asking.end();
    return [asking.describe(), ...inner].join("; ");
  } finally {
    await asking.end();
  }
}

/** How many attempts may be unanswered at one time: what a busy machine cannot answer must not keep it busy. */
const MAX_OPEN = 200;

class Asking {
  readonly #step: DuringStep;
  readonly #context: StepContext;
  readonly #timer: NodeJS.Timeout;
  readonly #open = new Set<Promise<void>>();
  /** In the order in which they were begun. */
  readonly #attempts: Array<TimedAttempt | undefined> = [];
  #dueMs = performance.now();
  #endedMs: number | undefined;
  #last: ProbeResult | undefined;
  #mismatch: Mismatch | undefined;
  #error: { readonly error: unknown } | undefined;

  constructor(step: DuringStep, context: StepContext) {
    this.#step = step;
    this.#context = context;
    this.#askWhatIsDue();
    this.#timer = setInterval(() => this.#askWhatIsDue(), step.everyMs);
  }

  /** Resolves when the first attempt is over, so that what breaks from the start is not blamed on the steps. */
  async first(): Promise<void> {
    await Promise.all(this.#open);
    this.#check();
  }

  /** No more attempts; resolves when those that are open are over. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    this.#endedMs ??= performance.now();
  }

  /** @throws StepFailed */
  describe(): string {
    this.#check();
    const result = this.#result();
    const mismatch = judgeTotals(result, this.#step.expect) ?? this.#judgeOutage();
    if (mismatch !== undefined) this.#fail(mismatch);
    return this.#describe(result);
  }

  #judgeOutage(): Mismatch | undefined {
    const { outageMs } = this.#step.expect;
    const longestMs = this.#longestOutageMs();
    if (outageMs === undefined || isWithin(longestMs, outageMs)) return undefined;
    return {
      expected: `an outage of ${formatBounds(outageMs)} ms`,
      seen: `one of ${Math.round(longestMs)} ms`,
    };
  }

  #longestOutageMs(): number {
    const attempts = this.#attempts.filter((attempt) => attempt !== undefined);
    return longestOutageMs(attempts, this.#endedMs ?? performance.now());
  }

  #describe(result: ProbeResult): string {
    const longestMs = this.#longestOutageMs();
    const outage = longestMs > 0 ? [`the longest outage ${Math.round(longestMs)} ms`] : [];
    return [describeProbe(result), ...outage].join(", ");
  }

  /** A timer that is late begins all that should have begun by now; what finds no room is left out. */
  #askWhatIsDue(): void {
    const nowMs = performance.now();
    for (; this.#dueMs <= nowMs; this.#dueMs += this.#step.everyMs) {
      if (this.#open.size < MAX_OPEN) this.#ask();
    }
  }

  #ask(): void {
    const index = this.#attempts.push(undefined) - 1;
    const asked = this.#attempt(index).catch((error: unknown) => {
      this.#error ??= { error };
    });
    this.#open.add(asked);
    void asked.then(() => this.#open.delete(asked));
  }

  async #attempt(index: number): Promise<void> {
    const { lab, signal } = this.#context;
    const beganMs = performance.now();
    const result = await lab.probe({ ...this.#step.probe, count: 1 }, signal);
    this.#last = result;
    const [attempt] = result.attempts;
    if (attempt === undefined) return;
    this.#attempts[index] = { ...attempt, beganMs };
    const mismatch = judgeAttempt(attempt, this.#step.expect, meaningsIn(lab));
    if (mismatch === undefined || this.#mismatch !== undefined) return;
    this.#mismatch = { ...mismatch, seen: `${mismatch.seen} (attempt ${index + 1})` };
  }

  #check(): void {
    if (this.#error !== undefined) throw this.#error.error;
    if (this.#mismatch !== undefined) this.#fail(this.#mismatch);
  }

  #result(): ProbeResult {
    const attempts = this.#attempts.flatMap((attempt) => attempt ?? []);
    const { kind, from, to, target } = this.#last ?? {
      kind: this.#step.probe.kind,
      from: "",
      to: "",
      target: "",
    };
    return { kind, from, to, target, ok: attempts.every(({ ok }) => ok), attempts };
  }

  #fail({ expected, seen }: Mismatch): never {
    const result = this.#result();
    const { kind, from, to, target } = result;
    const aim = target === to ? to : `${to} (${target})`;
    throw new StepFailed("PROBE_UNEXPECTED", `${kind} from ${from} to ${aim}, again and again`, {
      expected,
      seen: `${seen}; in all ${this.#describe(result)}`,
      at: this.#step.expectLocation,
    });
  }
}
