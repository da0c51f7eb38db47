/**
 * Events end by themselves: etcd deletes them with the lease that they were written under, an hour later
 * (`--event-ttl`). One lease is for all events of a minute, as in apiserver's lease manager.
 */
import { grantLease } from "./gateway.ts";

const lifetimeSeconds = 3_600;
const reuseSeconds = 60;

export class EventLease {
  readonly #grant: (json: string) => string | undefined;
  readonly #now: () => number;
  #id: string | undefined;
  #grantedAt = 0;

  /** @param now milliseconds of any clock that only goes forward. */
  constructor(
    grant: (json: string) => string | undefined,
    now: () => number = performance.now.bind(performance),
  ) {
    this.#grant = grant;
    this.#now = now;
  }

  /** What to write an event under. */
  id(): string | undefined {
    const isOld = this.#now() - this.#grantedAt > reuseSeconds * 1_000;
    if (this.#id === undefined || isOld) {
      this.#id = this.#grant(grantLease(lifetimeSeconds + reuseSeconds));
      this.#grantedAt = this.#now();
    }
    return this.#id;
  }
}
