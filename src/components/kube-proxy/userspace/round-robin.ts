/**
 * Who is next: strict round robin over the endpoints of one service port, in an order that is drawn anew
 * whenever they change. With session affinity a client stays with the endpoint it had, for as
 * long as it comes back in time.
 */
import { isDeepStrictEqual } from "node:util";
import { type Random, randomBelow } from "../../../base/random.ts";

interface Affinity {
  readonly endpoint: string;
  readonly usedAtMs: number;
}

export class RoundRobin {
  readonly #random: Random;
  #known: readonly string[] = [];
  #order: readonly string[] = [];
  #index = 0;
  #affinityMs: number | undefined;
  readonly #affinities = new Map<string, Affinity>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** `endpoints` are `ip:port`; `affinitySeconds` undefined where there is no affinity. */
  update(endpoints: readonly string[], affinitySeconds: number | undefined): void {
    this.#affinityMs = affinitySeconds === undefined ? undefined : affinitySeconds * 1_000;
    if (isDeepStrictEqual(endpoints, this.#known)) return;
    this.#known = endpoints;
    this.#order = shuffled(endpoints, this.#random);
    this.#index = 0;
    for (const [client, { endpoint }] of this.#affinities) {
      if (!endpoints.includes(endpoint)) this.#affinities.delete(client);
    }
  }

  /** Undefined when there are no endpoints. `anew` after a failure: whoever did not answer is not asked again. */
  next(
    client: string,
    nowMs: number,
    { anew = false }: { readonly anew?: boolean } = {},
  ): string | undefined {
    const kept = anew ? undefined : this.#affinityOf(client, nowMs);
    const endpoint = kept ?? this.#order[this.#index];
    if (endpoint === undefined) return undefined;
    if (kept === undefined) this.#index = (this.#index + 1) % this.#order.length;
    if (this.#affinityMs !== undefined) {
      this.#affinities.set(client, { endpoint, usedAtMs: nowMs });
    }
    return endpoint;
  }

  #affinityOf(client: string, nowMs: number): string | undefined {
    const known = this.#affinities.get(client);
    if (known === undefined || this.#affinityMs === undefined) return undefined;
    return nowMs - known.usedAtMs < this.#affinityMs ? known.endpoint : undefined;
  }
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomBelow(last + 1, random);
    // Both are indices of `result`.
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
