import { setMaxListeners } from "node:events";

/**
 * A time limit as a signal, joined with the caller's own.
 *
 * Use it in place of `AbortSignal.any([signal, AbortSignal.timeout(ms)])`: in Node 20 nothing
 * holds the signals that `any` is made from, so a collected garbage may take the time-out along and the wait
 * never ends. This one lives until it is disposed of.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal | undefined;
  #isOver = false;

  constructor(timeoutMs: number, outer?: AbortSignal) {
    this.#outer = outer;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      // As AbortSignal.timeout has it.
      this.#controller.abort(new DOMException(`${timeoutMs} ms are over`, "TimeoutError"));
    }, timeoutMs);
    // One for each of fifty nodes is no leak, of which Node would warn.
    setMaxListeners(0, this.signal, ...(outer === undefined ? [] : [outer]));
    outer?.addEventListener("abort", this.#onAbort);
    if (outer?.aborted === true) this.#onAbort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True when it was the time, and not the outer signal. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Safe to call twice. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => {
    clearTimeout(this.#timer);
    this.#controller.abort(this.#outer?.reason);
  };
}
