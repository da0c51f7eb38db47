/**
 * Runs reconcilers: watches the store, notes which objects are concerned, and
 * calls the reconciler for each. Writes happen in reconcilers only, never in a
 * watch's listener, so that no write runs inside another.
 *
 *     const replicaSets: ControllerDefinition = {
 *       name: "replica-set",
 *       watches: [watching("ReplicaSet", itself), watching("Pod", controllerOf("ReplicaSet"))],
 *       reconcile: (key) => …,
 *     };
 *     await using controller = Controller.start(store, replicaSets, log);
 */
import type { Logger } from "pino";
import { type Timer, WorkQueue } from "../../base/work-queue.ts";
import { ApiError } from "../errors/api-error.ts";
import type { Kind, KindMap } from "../objects/kinds.ts";
import { formatKey, type KubeObject, keyOf, type ObjectKey, parseKey } from "../objects/meta.ts";
import type { Store } from "../store/store.ts";
import type { Reconcile } from "./reconcile.ts";

/** What to look at, and which keys a change of it concerns. Made by {@link watching}. */
export interface Watch {
  readonly kind: Kind;
  /** Begins to watch, reporting what exists already as well; returns what ends it. */
  readonly start: (store: Store, concern: (key: ObjectKey) => void) => () => void;
}

/**
 * Calls `keys` for each object of `kind`: those that exist at the start, and at
 * each change the object before it and the object after it (an object that
 * moves from one owner or selector to another concerns both).
 */
export function watching<K extends Kind>(
  kind: K,
  keys: (object: KindMap[K], store: Store) => Iterable<ObjectKey>,
): Watch {
  return {
    kind,
    start: (store, concern) => {
      const report = (object: KindMap[K]): void => {
        for (const key of keys(object, store)) concern(key);
      };
      const end = store.watch(kind, ({ object, previous }) => {
        if (previous !== undefined) report(previous);
        report(object);
      });
      for (const object of store.list(kind)) report(object);
      return end;
    },
  };
}

/** For {@link watching}: the object itself is what to reconcile. */
export function itself(object: KubeObject): readonly ObjectKey[] {
  return [keyOf(object)];
}

/** For {@link watching}: what to reconcile is the object's controlling owner, if that is a `kind`. */
export function controllerOf(kind: Kind): (object: KubeObject) => readonly ObjectKey[] {
  return ({ metadata: { ownerReferences = [], namespace = "" } }) =>
    ownerReferences
      .filter((owner) => owner.controller === true && owner.kind === kind)
      .map(({ name }) => ({ namespace, name }));
}

export interface ControllerDefinition {
  /** As in logs and events: `replica-set`. */
  readonly name: string;
  readonly watches: readonly Watch[];
  readonly reconcile: Reconcile;
  /** Keys reconciled at the same time; one key never is, with itself. @default 1 */
  readonly concurrency?: number;
}

export interface ControllerOptions {
  readonly timer?: Timer;
}

/** What can be asked whether it has something to do. */
export interface Busy {
  readonly isIdle: boolean;
  whenIdle(): Promise<void>;
}

/** A running reconcile loop. Disposing it ends the watches, aborts what runs and waits for its end. */
export class Controller implements Busy, AsyncDisposable {
  readonly name: string;
  readonly #queue: WorkQueue;
  readonly #endWatches: ReadonlyArray<() => void>;

  private constructor(
    store: Store,
    { name, watches, reconcile, concurrency = 1 }: ControllerDefinition,
    log: Logger,
    options: ControllerOptions,
  ) {
    this.name = name;
    this.#queue = new WorkQueue({
      ...options,
      concurrency,
      handle: (key, signal) => {
        const result = reconcile(parseKey(key), signal);
        return result instanceof Promise
          ? result.then(({ requeueAfterMs }) => requeueAfterMs)
          : result.requeueAfterMs;
      },
      onFailure: (key, err, attempt) => {
        // A conflict means that somebody else wrote first: reading again is the whole remedy. And
        // a failure is news only once: the retries repeat it.
        const isNews = attempt === 1 && !(err instanceof ApiError && err.reason === "Conflict");
        log[isNews ? "warn" : "debug"]({ controller: name, key, attempt, err }, "reconcile failed");
      },
    });
    this.#endWatches = watches.map((watch) => watch.start(store, (key) => this.enqueue(key)));
  }

  /** `log` is a child that already carries the component's name. */
  static start(
    store: Store,
    definition: ControllerDefinition,
    log: Logger,
    options: ControllerOptions = {},
  ): Controller {
    return new Controller(store, definition, log, options);
  }

  /** True when no key waits, runs or is to be retried; a later visit by `requeueAfterMs` does not count. */
  get isIdle(): boolean {
    return this.#queue.isIdle;
  }

  whenIdle(): Promise<void> {
    return this.#queue.whenIdle();
  }

  /** Asks for one reconcile that no change of the store calls for. */
  enqueue(key: ObjectKey): void {
    this.#queue.add(formatKey(key));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#endWatches) end();
    await this.#queue[Symbol.asyncDispose]();
  }
}

/**
 * Resolves at a moment when none of `members` has anything to do. What one of
 * them writes wakes others inside the write, so there is no gap between them in
 * which all look idle although work is on its way.
 */
export async function whenAllIdle(members: Iterable<Busy>): Promise<void> {
  const all = [...members];
  for (;;) {
    const busy = all.find(({ isIdle }) => !isIdle);
    if (busy === undefined) return;
    await busy.whenIdle();
  }
}
