/**
 * When to sync: at once after a change, never two at a time, and whatever changes
 * during a sync goes into one more. After client-go's bounded-frequency runner, with
 * which kube-proxy does the same.
 */
import type { Busy } from "../../api/controller/controller.ts";
import { startTimer, type Timer } from "../../base/work-queue.ts";

export interface SyncRunnerOptions {
  readonly sync: () => Promise<void>;
  /** Told of each failure; the runner goes on. */
  readonly onFailure: (error: unknown) => void;
  /** From the start of one sync to the start of the next, at least. */
  readonly minPeriodMs: number;
  /** From a change to the sync that takes it up, at least; the first sync does not wait. @default 0 */
  readonly delayMs?: number | undefined;
  /** A failed sync is tried again after this, or as soon as something changes. */
  readonly retryMs: number;
  readonly now: () => number;
  readonly timer?: Timer | undefined;
}

/**
 * A few syncs may follow one another at once: what changes in a running cluster changes a few times, and is to be
 * seen soon. While hundreds of pods start, changes never end, and every sync is one that the next makes stale: then
 * syncs may take a third of the time and no more. client-go's runner has such a burst, of two.
 */
const BURST = 3;
const REST_PER_SYNC = 2;
/** A timer may ring this much late. */
const REST_SLACK_MS = 20;

interface Waiter {
  readonly wanted: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export class SyncRunner implements Busy, AsyncDisposable {
  readonly #options: SyncRunnerOptions;
  readonly #timer: Timer;
  /** Requests so far, and how many of them the last successful sync had seen. */
  #wanted = 0;
  #done = 0;
  #running: Promise<void> | undefined;
  #planned: { readonly cancel: () => void; readonly isRetry: boolean } | undefined;
  #lastStartMs = Number.NEGATIVE_INFINITY;
  /** When the next sync would be on the heels of the last one, and how many were so in a row. */
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #inARow = 0;
  #waiters: Waiter[] = [];
  #idleWaiters: Array<() => void> = [];
  #hasEnded = false;
  #isHeld = false;

  constructor(options: SyncRunnerOptions) {
    this.#options = options;
    this.#timer = options.timer ?? startTimer;
  }

  /** Asks for a sync that sees everything up to now. */
  request(): void {
    if (this.#hasEnded) return;
    this.#wanted++;
    this.#plan();
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Begins no sync from now on; resolves when none runs. What is asked for meanwhile waits for {@link release}. */
  async hold(): Promise<void> {
    this.#isHeld = true;
    this.#planned?.cancel();
    this.#planned = undefined;
    await this.#running;
  }

  /** Goes on: with a sync, if anything was asked for. */
  release(): void {
    this.#isHeld = false;
    if (this.#wanted > this.#done && !this.#hasEnded) this.#plan();
  }

  get isIdle(): boolean {
    return this.#hasEnded || (this.#done === this.#wanted && this.#running === undefined);
  }

  /** Resolves when every request was met, retries included, or the runner has ended. */
  whenIdle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /**
   * Resolves when all requests up to now were met; later ones do not prolong the wait.
   *
   * @throws what the sync threw that was to meet them, though it will be tried again.
   */
  synced(): Promise<void> {
    if (this.#done === this.#wanted) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ wanted: this.#wanted, resolve, reject });
    });
  }

  /** Plans nothing more and waits for the sync that runs. Whoever waits for {@link synced} is refused. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#hasEnded = true;
    this.#planned?.cancel();
    this.#planned = undefined;
    await this.#running;
    this.#settle(Number.POSITIVE_INFINITY, ({ reject }) => reject(new Error("kube-proxy ended")));
    this.#noteIdle();
  }

  #plan(): void {
    if (this.#isHeld || this.#running !== undefined || this.#planned?.isRetry === false) return;
    this.#planned?.cancel();
    const { now, minPeriodMs, delayMs = 0 } = this.#options;
    const isFirst = this.#lastStartMs === Number.NEGATIVE_INFINITY;
    const restMs = this.#inARow >= BURST ? this.#restUntilMs - now() : 0;
    const periodMs = this.#lastStartMs + minPeriodMs - now();
    const soonestMs = isFirst ? 0 : Math.max(delayMs, periodMs, restMs);
    this.#planRun(soonestMs, { isRetry: false });
  }

  #planRun(delayMs: number, { isRetry }: { readonly isRetry: boolean }): void {
    const start = (): void => {
      this.#planned = undefined;
      this.#running = this.#run();
    };
    // The end of this turn, not at once: what one turn changes in many writes is one change.
    const soon = delayMs === 0 ? setImmediate(start) : undefined;
    const cancel =
      soon === undefined ? this.#timer(start, delayMs) : (): void => clearImmediate(soon);
    this.#planned = { cancel, isRetry };
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const covered = this.#wanted;
    const { sync, onFailure, now, retryMs } = this.#options;
    this.#lastStartMs = now();
    // A rest that was taken to its end is part of the row: without it this sync would have been sooner.
    this.#inARow = this.#lastStartMs <= this.#restUntilMs + REST_SLACK_MS ? this.#inARow + 1 : 0;
    let failure: { readonly error: unknown } | undefined;
    try {
      await sync();
    } catch (error) {
      failure = { error };
    }
    this.#running = undefined;
    this.#restUntilMs = now() + REST_PER_SYNC * (now() - this.#lastStartMs);
    if (failure === undefined) {
      this.#done = covered;
      this.#settle(covered, ({ resolve }) => resolve());
    } else {
      const { error } = failure;
      onFailure(error);
      this.#settle(covered, ({ reject }) => reject(error));
    }
    if (this.#hasEnded || this.#isHeld) return;
    if (this.#wanted > covered) this.#plan();
    else if (failure !== undefined) this.#planRun(retryMs, { isRetry: true });
    this.#noteIdle();
  }

  #settle(covered: number, settle: (waiter: Waiter) => void): void {
    const met = this.#waiters.filter(({ wanted }) => wanted <= covered);
    this.#waiters = this.#waiters.filter(({ wanted }) => wanted > covered);
    for (const waiter of met) settle(waiter);
  }

  #noteIdle(): void {
    if (!this.isIdle) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}
