import type { Kind } from "../objects/kinds.ts";
import { History } from "./history.ts";
import type { WatchEvent } from "./watch-event.ts";

type Listener = (event: WatchEvent) => void;

/** What the store tells of its changes: to who listens now, and to who asks later what there was. */
export class ChangeFeed {
  readonly #listeners = new Map<Kind, Set<Listener>>();
  readonly #capacity: number | undefined;
  #history: History<WatchEvent>;

  /** Remembers what comes after `revision`: `capacity` changes at least. */
  constructor(revision: number, capacity: number | undefined) {
    this.#capacity = capacity;
    this.#history = new History(revision, capacity);
  }

  /** @returns a function that ends it. */
  watch<K extends Kind>(kind: K, listener: (event: WatchEvent<K>) => void): () => void {
    const listeners = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, listeners);
    // Listeners of a kind are called with events of that kind only.
    listeners.add(listener as Listener);
    return () => listeners.delete(listener as Listener);
  }

  /** In order; undefined when that is too long ago, or was never. */
  since(resourceVersion: string): readonly WatchEvent[] | undefined {
    return /^\d+$/.test(resourceVersion) ? this.#history.since(Number(resourceVersion)) : undefined;
  }

  /** A change that `revision` made. */
  append(revision: number, event: WatchEvent): void {
    this.#history.append(revision, event);
    this.tell(event);
  }

  /** Tells those who listen, and remembers nothing. */
  tell(event: WatchEvent): void {
    for (const listener of this.#listeners.get(event.object.kind) ?? []) listener(event);
  }

  /** Forgets every change up to `revision`; who listens stays. */
  restart(revision: number): void {
    this.#history = new History(revision, this.#capacity);
  }
}
