import type { Timer } from "../../../base/work-queue.ts";
import {
  initialProbeState,
  nextProbeState,
  type ProbeKind,
  type ProbeState,
  type ProbeVerdict,
} from "./probe-state.ts";
import type { ProbeTiming } from "./probe-target.ts";
import type { ProbeOutcome } from "./run-probe.ts";

export interface ProbeLoopOptions {
  readonly kind: ProbeKind;
  readonly timing: ProbeTiming;
  /** Milliseconds since the container started: its initial delay counts from then. */
  readonly runningForMs: number;
  readonly ask: (signal: AbortSignal) => Promise<ProbeOutcome>;
  readonly onVerdict: (verdict: ProbeVerdict) => void;
  /** Every answer that is a failure, also those that change nothing yet. */
  readonly onFailure: (message: string) => void;
  readonly timer: Timer;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
}

/** Asks one probe of one running container again and again, until disposed. */
export class ProbeLoop implements Disposable {
  readonly #options: ProbeLoopOptions;
  readonly #ending = new AbortController();
  #hasSucceeded = false;
  /** A failure is told once a period, however often the probe asks. */
  #quietUntilMs: number;
  #state: ProbeState;
  #cancel: () => void = () => undefined;

  constructor(options: ProbeLoopOptions) {
    this.#options = options;
    this.#state = initialProbeState(options.kind);
    const { timing, runningForMs, now } = options;
    this.#quietUntilMs = timing.firstPeriodMs === undefined ? 0 : now() + timing.periodMs;
    this.#schedule(Math.max(0, timing.initialDelayMs - runningForMs));
  }

  get kind(): ProbeKind {
    return this.#options.kind;
  }

  [Symbol.dispose](): void {
    this.#ending.abort();
    this.#cancel();
  }

  #schedule(delayMs: number): void {
    this.#cancel = this.#options.timer(() => {
      const { now } = this.#options;
      const beganMs = now();
      this.#ask().then(
        () => {
          // A period counts from question to question, however long the answer took.
          const restMs = Math.max(0, this.#periodMs - (now() - beganMs));
          if (!this.#ending.signal.aborted) this.#schedule(restMs);
        },
        (error: unknown) => {
          // Once aborted, nobody wants the answer any more. Anything else is a bug, and is not hidden.
          if (!this.#ending.signal.aborted) throw error;
        },
      );
    }, delayMs);
  }

  async #ask(): Promise<void> {
    const { ask, timing, onVerdict } = this.#options;
    const { signal } = this.#ending;
    const { answer, message } = await ask(signal);
    signal.throwIfAborted();
    const { verdict } = this.#state;
    this.#state = nextProbeState(this.#state, answer, timing);
    if (answer === "failure") this.#tell(message);
    else if (this.#state.verdict === "success") this.#hasSucceeded = true;
    if (this.#state.verdict !== verdict) onVerdict(this.#state.verdict);
  }

  get #periodMs(): number {
    const { periodMs, firstPeriodMs = periodMs } = this.#options.timing;
    return this.#hasSucceeded ? periodMs : firstPeriodMs;
  }

  #tell(message: string): void {
    const { now, timing, onFailure } = this.#options;
    if (timing.firstPeriodMs !== undefined && !this.#hasSucceeded) {
      if (now() < this.#quietUntilMs) return;
      this.#quietUntilMs = now() + timing.periodMs;
    }
    onFailure(message);
  }
}
