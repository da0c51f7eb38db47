import koffi from "koffi";

export type ReadinessEvent = "readable" | "writable" | "error";

/**
 * Tells when a descriptor has something to read, can be written to, or has an error, for the kinds
 * of sockets that Node itself cannot wait for: packet sockets, ping sockets, and sockets whose error
 * queue matters. An error always counts, whichever event is waited for. It is a libuv poll handle: nothing turns.
 *
 * `ready` runs once for each time; it takes what there is until EAGAIN, and then the wait goes on.
 * It keeps the event loop alive, and does not own the descriptor: dispose this first, then close that.
 */
export class SocketReadiness implements Disposable {
  readonly #handle: PollHandle;
  readonly #options: Readonly<Record<string, boolean>>;
  readonly #ready: () => void;
  #disposed = false;

  constructor(fd: number, event: ReadinessEvent, ready: () => void) {
    this.#ready = ready;
    // Waiting for a hang-up alone reports nothing but that and errors.
    this.#options = event === "error" ? { disconnect: true } : { [event]: true };
    this.#handle = koffi.node.poll(fd, this.#options, this.#schedule);
  }

  /** Safe to call twice, and from `ready`. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#handle.close();
  }

  /**
   * The handle's own callback runs outside of what Node wraps around callbacks: promises that it
   * settled would stay unheard until something else happened. So it only schedules; and stops, since
   * what it tells is true until `ready` has run.
   */
  readonly #schedule = (): void => {
    this.#handle.stop();
    setImmediate(() => {
      if (this.#disposed) return;
      this.#ready();
      // Started anew each time: libuv itself stops a handle that had an error.
      if (!this.#disposed) this.#handle.start(this.#options, this.#schedule);
    });
  };
}

type PollHandle = ReturnType<typeof koffi.node.poll>;
