/** A running load balancer: asks nodes whether they can serve, and keeps its rules in step with the answers. */
import type { Logger } from "pino";
import type { Store } from "../../api/store/store.ts";
import { startTimer, type Timer } from "../../base/work-queue.ts";
import type { Cidr } from "../../net/cidr.ts";
import { type Backend, checkKey, checksFor, frontends, type HealthCheck } from "./frontends.ts";
import { type BalancerMode, renderRules } from "./render-rules.ts";

export interface BalancerOptions {
  readonly store: Store;
  readonly pool: Cidr;
  readonly mode: BalancerMode;
  /** In the order of their marks: see `policyRoutes`. */
  readonly nodes: readonly Backend[];
  /** From one round of questions to the next. */
  readonly intervalMs: number;
  /** Whether a GET is answered by 200; never throws. */
  readonly isHealthy: (check: HealthCheck) => Promise<boolean>;
  /** `nft -f -` in the load balancer's netns. */
  readonly apply: (script: string) => Promise<void>;
  readonly log: Logger;
  readonly timer?: Timer;
}

export class LoadBalancer implements AsyncDisposable {
  readonly #options: BalancerOptions;
  readonly #timer: Timer;
  readonly #endWatches: ReadonlyArray<() => void>;
  #applied = "";
  /** The round that runs, and the one that is to follow it. */
  #round: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #hasEnded = false;

  constructor(options: BalancerOptions) {
    const { store } = options;
    this.#options = options;
    this.#timer = options.timer ?? startTimer;
    const check = (): void => void this.check();
    this.#endWatches = [store.watch("Service", check), store.watch("Node", check)];
    check();
  }

  /**
   * Resolves when every node was asked after this call, and the rules say what they answered. Never
   * rejects: what failed is tried again with the next round.
   */
  check(): Promise<void> {
    if (this.#hasEnded) return Promise.resolve();
    if (this.#round === undefined) return this.#begin();
    this.#next ??= this.#round.then(() => this.#begin());
    return this.#next;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hasEnded = true;
    for (const end of this.#endWatches) end();
    this.#cancelTimer?.();
    await this.#round;
    await this.#next;
  }

  #begin(): Promise<void> {
    this.#next = undefined;
    this.#cancelTimer?.();
    this.#round = this.#run().finally(() => {
      this.#round = undefined;
      if (this.#hasEnded || this.#next !== undefined) return;
      this.#cancelTimer = this.#timer(() => void this.check(), this.#options.intervalMs);
    });
    return this.#round;
  }

  async #run(): Promise<void> {
    const { store, isHealthy, apply, log, mode, pool, nodes } = this.#options;
    if (this.#hasEnded) return;
    const checks = checksFor(store.list("Service"), store.list("Node"));
    const answers = await Promise.all(checks.map(isHealthy));
    const healthy = new Set(checks.filter((_, index) => answers[index]).map(checkKey));
    // Services may have come and gone meanwhile: whoever is new is asked about in the next round.
    const served = frontends(store.list("Service"), store.list("Node"), healthy);
    const script = renderRules({ mode, pool, nodes, frontends: served });
    if (script === this.#applied) return;
    try {
      await apply(script);
      this.#applied = script;
      log.info({ frontends: served.length, healthy: healthy.size }, "load balancer programmed");
    } catch (err) {
      log.warn({ err }, "load balancer not programmed");
    }
  }
}
