/**
 * Brings the store's changes to those who watch it over HTTP. Changes made in one turn of the event loop go out
 * together after it, each put into words once for all who see it alike: a write costs the same whether a thousand
 * watch or none.
 */
import { type Kind, kinds } from "../../../api/objects/kinds.ts";
import type { Store } from "../../../api/store/store.ts";
import type { WatchEvent } from "../../../api/store/watch-event.ts";
import { EventLines } from "./event-lines.ts";

export interface Watcher {
  readonly kind: Kind;
  /** Changes of its kind, in order. `lines` puts them into words. */
  readonly deliver: (events: readonly WatchEvent[], lines: EventLines) => void;
  /** Time to tell how far the stream has come, if nothing else tells it. */
  readonly bookmark: () => void;
  /** The server ends. */
  readonly end: () => void;
}

/** As apiserver: about once a minute. */
const bookmarkIntervalMs = 60_000;

export class WatchHub implements Disposable {
  readonly #watchers = new Map<Kind, Set<Watcher>>();
  readonly #endWatches: ReadonlyArray<() => void>;
  readonly #bookmarks: NodeJS.Timeout;
  #pending: WatchEvent[] = [];
  #scheduled: NodeJS.Immediate | undefined;

  constructor(store: Store) {
    // Object.keys loses the key type of a constant table.
    const all = Object.keys(kinds) as Kind[];
    this.#endWatches = all.map((kind) => store.watch(kind, (event) => this.#note(event)));
    this.#bookmarks = setInterval(() => this.#bookmark(), bookmarkIntervalMs);
    this.#bookmarks.unref();
  }

  /** How many watch now. */
  get size(): number {
    let size = 0;
    for (const watchers of this.#watchers.values()) size += watchers.size;
    return size;
  }

  /**
   * From now on `watcher` is told of every change. What was changed until now it must read from the store, in this
   * same turn.
   *
   * @returns what ends it.
   */
  add(watcher: Watcher): () => void {
    this.flush();
    const watchers = this.#watchers.get(watcher.kind) ?? new Set();
    this.#watchers.set(watcher.kind, watchers);
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }

  /** Delivers now what would be delivered after this turn. */
  flush(): void {
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    if (this.#pending.length === 0) return;
    const pending = this.#pending;
    this.#pending = [];
    for (const kind of new Set(pending.map(({ object }) => object.kind))) {
      const events = pending.filter(({ object }) => object.kind === kind);
      const lines = new EventLines();
      for (const watcher of this.#watchers.get(kind) ?? []) watcher.deliver(events, lines);
    }
  }

  [Symbol.dispose](): void {
    for (const end of this.#endWatches) end();
    clearInterval(this.#bookmarks);
    this.flush();
    for (const watcher of this.#all()) watcher.end();
    this.#watchers.clear();
  }

  #note(event: WatchEvent): void {
    // Nobody to tell: whoever comes later reads the store.
    if ((this.#watchers.get(event.object.kind)?.size ?? 0) === 0) return;
    this.#pending.push(event);
    this.#scheduled ??= setImmediate(() => this.flush());
  }

  #bookmark(): void {
    this.flush();
    for (const watcher of this.#all()) watcher.bookmark();
  }

  #all(): readonly Watcher[] {
    return [...this.#watchers.values()].flatMap((watchers) => [...watchers]);
  }
}
