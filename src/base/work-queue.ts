/**
 * Names of things to do, each handled by one caller at a time.
 *
 * After client-go's workqueue: a key that is added while it waits is there
 * once; a key that is added while it is handled is handled again afterwards, so
 * no change is missed and none is handled twice at once.
 */
import { setMaxListeners } from "node:events";

/** Calls back after a time; returns what cancels it. Tests pass their own. */
export type Timer = (callback: () => void, delayMs: number) => () => void;

/** Milliseconds after which to handle the key again; undefined for never. */
export type Handled = number | undefined;

export interface WorkQueueOptions {
  readonly handle: (key: string, signal: AbortSignal) => Promise<Handled> | Handled;
  /** Told of each failure before the retry; `attempt` counts from 1 and starts again after a success. */
  readonly onFailure: (key: string, error: unknown, attempt: number) => void;
  /** Different keys handled at the same time. @default 1 */
  readonly concurrency?: number;
  readonly timer?: Timer;
}

/** The first retry comes at once for a person, and the last ones still within a scenario's patience. */
const firstRetryMs = 5;
const longestRetryMs = 5_000;

/** After so long at a stretch, sockets and timers have their turn. */
const turnMs = 10;

/** `5, 10, 20, …, 5000`; `attempt` counts from 1. */
export function retryDelayMs(attempt: number): number {
  return Math.min(firstRetryMs * 2 ** (attempt - 1), longestRetryMs);
}

export class WorkQueue implements AsyncDisposable {
  readonly #options: WorkQueueOptions;
  readonly #ending = new AbortController();
  /** Keys to handle, oldest first. A key that is being handled may be here too: it comes round again. */
  readonly #waiting = new Set<string>();
  readonly #active = new Set<string>();
  /** What cancels a later visit, by key. A retry counts as work, a visit that was asked for does not. */
  readonly #later = new Map<string, { readonly cancel: () => void; readonly isRetry: boolean }>();
  readonly #failures = new Map<string, number>();
  #idleWaiters: Array<() => void> = [];
  #pumpPending = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    // Whatever handles a key may wait with it, and so may many at once: that is no leak.
    setMaxListeners(0, this.#ending.signal);
  }

  /** Asks for `key` to be handled soon: in the next turn of the event loop at the earliest. */
  add(key: string): void {
    if (this.#ending.signal.aborted) return;
    this.#waiting.add(key);
    this.#schedulePump();
  }

  /** True when nothing waits, runs or is to be retried. Visits asked for with a delay do not count. */
  get isIdle(): boolean {
    if (this.#waiting.size > 0 || this.#active.size > 0) return false;
    for (const { isRetry } of this.#later.values()) if (isRetry) return false;
    return true;
  }

  /** Resolves when the queue is idle, or ends. */
  whenIdle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Forgets what waits, aborts what runs and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    this.#waiting.clear();
    for (const { cancel } of this.#later.values()) cancel();
    this.#later.clear();
    this.#noteIdle();
    await this.whenIdle();
  }

  /**
   * A turn of the event loop between the request and the work gathers what one
   * cascade of writes asks for, and lets sockets be served meanwhile.
   */
  #schedulePump(): void {
    if (this.#pumpPending) return;
    this.#pumpPending = true;
    setImmediate(() => {
      this.#pumpPending = false;
      this.#pump();
    });
  }

  #pump(): void {
    const { concurrency = 1 } = this.#options;
    const endOfTurn = performance.now() + turnMs;
    // What is added by this round's work is visited by the set's iterator too, but waits for the next.
    let remaining = this.#waiting.size;
    for (const key of this.#waiting) {
      if (remaining-- === 0 || this.#active.size >= concurrency) break;
      if (performance.now() > endOfTurn) {
        this.#schedulePump();
        break;
      }
      if (this.#active.has(key) || !this.#waiting.delete(key)) continue;
      this.#start(key);
    }
    this.#noteIdle();
  }

  #start(key: string): void {
    this.#active.add(key);
    this.#later.get(key)?.cancel();
    this.#later.delete(key);
    let result: Promise<Handled> | Handled;
    try {
      result = this.#options.handle(key, this.#ending.signal);
    } catch (error) {
      this.#failed(key, error);
      return;
    }
    if (result instanceof Promise) {
      result.then(
        (afterMs) => this.#succeeded(key, afterMs),
        (error: unknown) => this.#failed(key, error),
      );
    } else {
      this.#succeeded(key, result);
    }
  }

  #succeeded(key: string, afterMs: Handled): void {
    this.#failures.delete(key);
    if (afterMs !== undefined) this.#comeBack(key, afterMs, false);
    this.#finished(key);
  }

  #failed(key: string, error: unknown): void {
    // What fails because it was told to end has nothing to say.
    if (!this.#ending.signal.aborted) {
      const attempt = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, attempt);
      this.#options.onFailure(key, error, attempt);
      this.#comeBack(key, retryDelayMs(attempt), true);
    }
    this.#finished(key);
  }

  #comeBack(key: string, delayMs: number, isRetry: boolean): void {
    if (this.#ending.signal.aborted) return;
    const { timer = isRetry ? startWork : startTimer } = this.#options;
    const cancel = timer(() => {
      this.#later.delete(key);
      this.add(key);
    }, delayMs);
    this.#later.set(key, { cancel, isRetry });
  }

  #finished(key: string): void {
    this.#active.delete(key);
    if (this.#waiting.size > 0) this.#schedulePump();
    this.#noteIdle();
  }

  #noteIdle(): void {
    if (this.#idleWaiters.length === 0 || !this.isIdle) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}

/** The real one. Unreferenced: what is to come some time keeps no process alive. */
export function startTimer(callback: () => void, delayMs: number): () => void {
  const handle = setTimeout(callback, delayMs).unref();
  return () => clearTimeout(handle);
}

/** For a retry: it is work, and whoever waits until there is none must not end before. */
function startWork(callback: () => void, delayMs: number): () => void {
  const handle = setTimeout(callback, delayMs);
  return () => clearTimeout(handle);
}
