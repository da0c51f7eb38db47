import type { Logger } from "pino";
import type { Timer } from "../../base/work-queue.ts";
import type { Store } from "../store/store.ts";

/** What every controller is handed. */
export interface ControllerContext {
  readonly store: Store;
  /** A child that already carries the component's name. */
  readonly log: Logger;
  /** Milliseconds since the epoch; the store's own clock, so that both agree. @default Date.now */
  readonly now?: () => number;
  /** Tests pass one that they step. */
  readonly timer?: Timer;
}
