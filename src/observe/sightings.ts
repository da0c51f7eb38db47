import type { ServerSaw } from "./probe.ts";

/**
 * What podwire's own servers saw of probes, by the id that each probe carries.
 * A probe takes its sighting along, so what is here is only what is on its way.
 */
export class Sightings {
  readonly #byId = new Map<string, ServerSaw>();
  /** Of probes that gave up before they asked; more than this many can be no live ones. */
  readonly #capacity: number;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  note(id: string, saw: ServerSaw): void {
    this.#byId.set(id, saw);
    if (this.#byId.size <= this.#capacity) return;
    const [oldest] = this.#byId.keys();
    if (oldest !== undefined) this.#byId.delete(oldest);
  }

  /** What the server saw; undefined when no server of podwire's saw it. */
  take(id: string): ServerSaw | undefined {
    const saw = this.#byId.get(id);
    this.#byId.delete(id);
    return saw;
  }
}
