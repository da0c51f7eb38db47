/** Looks now and then whether the node still has its rules, as the real one does every syncPeriod. */
import type { Logger } from "pino";
import type { Timer } from "../../base/work-queue.ts";

export interface RuleMonitorOptions {
  readonly periodMs: number;
  readonly timer: Timer;
  readonly isIntact: () => Promise<boolean>;
  /** The rules are gone. */
  readonly onLoss: () => void;
  readonly log: Logger;
}

/** Disposing it waits for the look that it takes. */
export class RuleMonitor implements AsyncDisposable {
  readonly #options: RuleMonitorOptions;
  #cancel: () => void = () => undefined;
  #looking: Promise<void> | undefined;
  #hasEnded = false;

  constructor(options: RuleMonitorOptions) {
    this.#options = options;
    this.#plan();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hasEnded = true;
    this.#cancel();
    await this.#looking;
  }

  #plan(): void {
    const { timer, periodMs } = this.#options;
    if (this.#hasEnded) return;
    this.#cancel = timer(() => {
      this.#looking = this.#look();
    }, periodMs);
  }

  async #look(): Promise<void> {
    const { isIntact, onLoss, log } = this.#options;
    try {
      if (!(await isIntact())) onLoss();
    } catch (err) {
      log.warn({ err }, "rules cannot be read");
    }
    this.#plan();
  }
}
