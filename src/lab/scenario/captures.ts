import { byTime, type RunningCapture } from "../../observe/capture.ts";
import type { CapturedPacket } from "../../observe/captured-packet.ts";
import { RunError } from "../live/run-error.ts";

/** What a scenario has captured so far, by interface. A place captured again starts afresh. */
export class Captures implements AsyncDisposable {
  #captures: RunningCapture[] = [];
  /** Which capture speaks for an interface now. */
  readonly #current = new Map<string, RunningCapture>();

  get isEmpty(): boolean {
    return this.#captures.length === 0;
  }

  get interfaces(): readonly string[] {
    return [...this.#current.keys()];
  }

  add(capture: RunningCapture): void {
    this.#captures.push(capture);
    for (const name of capture.interfaces) this.#current.set(name, capture);
  }

  /**
   * Drained packets of these interfaces in the order of their times; of all, when none is named.
   * What was sent before the call is there.
   *
   * @throws RunError for one that is not captured: that nothing was seen there would say nothing.
   */
  async packets(
    interfaces: readonly string[] = this.interfaces,
  ): Promise<readonly CapturedPacket[]> {
    const wanted = new Set(interfaces);
    const chosen = new Set(interfaces.map((name) => this.#of(name)));
    const packets = await Promise.all(
      [...chosen].map(async (capture) =>
        // An older capture may go on for its other interfaces; of this one it no longer tells.
        (await capture.packets()).filter(
          ({ interfaceName: name }) => wanted.has(name) && this.#current.get(name) === capture,
        ),
      ),
    );
    return packets.flat().sort(byTime);
  }

  /** Everything that was captured, also what a fresh start has replaced. */
  async everything(): Promise<readonly CapturedPacket[]> {
    const packets = await Promise.all(this.#captures.map((capture) => capture.packets()));
    return packets.flat().sort(byTime);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const captures = this.#captures;
    this.#captures = [];
    await Promise.all(captures.map((capture) => capture[Symbol.asyncDispose]()));
  }

  #of(name: string): RunningCapture {
    const capture = this.#current.get(name);
    if (capture !== undefined) return capture;
    throw new RunError("RUN_NO_CAPTURE", `${name} is not captured`, {
      hint: "capture once more what has been made since, such as a workload's new pods",
    });
  }
}
