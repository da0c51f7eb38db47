/**
 * Where every object lives, as etcd does behind the API server. Writers are
 * many and never call one another: each reads what it needs, writes its answer
 * and is woken by the writes of others.
 *
 * Objects are immutable. A write replaces the whole object and raises the
 * store-wide resourceVersion; a write that changes nothing does neither, so a
 * controller may write the same answer twice and wake nobody.
 */
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { ApiError } from "./api-error.ts";
import { type AnyObject, type Kind, type KindMap, qualifiedResource } from "./kinds.ts";
import { formatKey, keyOf, type ObjectKey } from "./meta.ts";

export type WatchEventType = "ADDED" | "MODIFIED" | "DELETED";

export interface WatchEvent<K extends Kind = Kind> {
  readonly type: WatchEventType;
  /** The object after the change; for DELETED, as it was last, with the resourceVersion of its end. */
  readonly object: KindMap[K];
  /** The object before the change; absent for ADDED. */
  readonly previous?: KindMap[K];
}

export interface StoreOptions {
  /** Milliseconds since the epoch; tests pass a fixed clock. */
  readonly now?: () => number;
  readonly newUid?: () => string;
}

type Listener = (event: WatchEvent) => void;

export class Store {
  readonly #objects = new Map<Kind, Map<string, AnyObject>>();
  readonly #listeners = new Map<Kind, Set<Listener>>();
  readonly #now: () => number;
  readonly #newUid: () => string;
  #revision = 0;

  constructor({ now = Date.now, newUid = randomUUID }: StoreOptions = {}) {
    this.#now = now;
    this.#newUid = newUid;
  }

  /** The revision of the latest write. */
  get resourceVersion(): string {
    return String(this.#revision);
  }

  get<K extends Kind>(kind: K, { namespace, name }: ObjectKey): KindMap[K] | undefined {
    return this.#of(kind).get(formatKey({ namespace, name }));
  }

  /** All of a kind, or those of one namespace, in key order. */
  list<K extends Kind>(kind: K, namespace?: string): ReadonlyArray<KindMap[K]> {
    const objects = [...this.#of(kind).values()];
    const chosen =
      namespace === undefined
        ? objects
        : objects.filter(({ metadata }) => metadata.namespace === namespace);
    return chosen.sort((a, b) => compareText(formatKey(keyOf(a)), formatKey(keyOf(b))));
  }

  /**
   * Stores a new object, completed with uid, creationTimestamp and generation 1.
   *
   * @throws ApiError AlreadyExists.
   */
  create<K extends Kind>(object: KindMap[K] & { readonly kind: K }): KindMap[K];
  create<K extends Kind>(object: KindMap[K]): KindMap[K];
  create<K extends Kind>(object: KindMap[K]): KindMap[K] {
    const kind = object.kind as K;
    if (this.get(kind, keyOf(object)) !== undefined) {
      throw new ApiError(
        "AlreadyExists",
        `${qualifiedResource(kind)} "${object.metadata.name}" already exists`,
      );
    }
    const created = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: object.metadata.uid ?? this.#newUid(),
        generation: 1,
        creationTimestamp: object.metadata.creationTimestamp ?? this.timestamp(),
        resourceVersion: this.#nextRevision(),
      },
    };
    this.#write(kind, created);
    this.#notify(kind, { type: "ADDED", object: created });
    return created;
  }

  /**
   * Replaces an object. `generation` grows when the spec differs. Nothing
   * happens when nothing differs.
   *
   * @throws ApiError NotFound; Conflict when `object` carries a resourceVersion
   *   that is not the stored one.
   */
  update<K extends Kind>(object: KindMap[K] & { readonly kind: K }): KindMap[K];
  update<K extends Kind>(object: KindMap[K]): KindMap[K];
  update<K extends Kind>(object: KindMap[K]): KindMap[K] {
    const kind = object.kind as K;
    const previous = this.get(kind, keyOf(object));
    if (previous === undefined) throw notFound(kind, object.metadata.name);
    const { resourceVersion, generation = 1 } = previous.metadata;
    if (
      object.metadata.resourceVersion !== undefined &&
      object.metadata.resourceVersion !== resourceVersion
    ) {
      throw new ApiError(
        "Conflict",
        `Operation cannot be fulfilled on ${qualifiedResource(kind)} "${object.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
      );
    }
    const candidate = { ...object, metadata: { ...object.metadata, resourceVersion, generation } };
    if (isDeepStrictEqual(candidate, previous)) return previous;
    const specDiffers = !isDeepStrictEqual(specOf(candidate), specOf(previous));
    const updated = {
      ...candidate,
      metadata: {
        ...candidate.metadata,
        uid: previous.metadata.uid,
        creationTimestamp: previous.metadata.creationTimestamp,
        generation: specDiffers ? generation + 1 : generation,
        resourceVersion: this.#nextRevision(),
      },
    } as KindMap[K];
    this.#write(kind, updated);
    this.#notify(kind, { type: "MODIFIED", object: updated, previous });
    return updated;
  }

  /** Reads, changes and writes one object in one step. `change` may return its argument to change nothing. */
  patch<K extends Kind>(
    kind: K,
    key: ObjectKey,
    change: (object: KindMap[K]) => KindMap[K],
  ): KindMap[K] | undefined {
    const object = this.get(kind, key);
    return object === undefined ? undefined : this.update(change(object));
  }

  /** Removes an object at once; for a pod's orderly end see `requestDeletion`. */
  remove<K extends Kind>(kind: K, key: ObjectKey): KindMap[K] | undefined {
    const previous = this.get(kind, key);
    if (previous === undefined) return undefined;
    this.#of(kind).delete(formatKey(key));
    const object = {
      ...previous,
      metadata: { ...previous.metadata, resourceVersion: this.#nextRevision() },
    } as KindMap[K];
    this.#notify(kind, { type: "DELETED", object, previous });
    return object;
  }

  /**
   * Calls `listener` for each later change of `kind`, inside the write that
   * makes it: listeners note the change and return; they do not write.
   *
   * @returns a function that ends the watch.
   */
  watch<K extends Kind>(kind: K, listener: (event: WatchEvent<K>) => void): () => void {
    const listeners = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, listeners);
    listeners.add(listener as Listener);
    return () => listeners.delete(listener as Listener);
  }

  /** The store's clock as the API writes times: RFC 3339, whole seconds. */
  timestamp(): string {
    return `${new Date(this.#now()).toISOString().slice(0, 19)}Z`;
  }

  #of<K extends Kind>(kind: K): Map<string, KindMap[K]> {
    let objects = this.#objects.get(kind);
    if (objects === undefined) {
      objects = new Map();
      this.#objects.set(kind, objects);
    }
    // The map of a kind holds only objects of that kind: #write puts them there by their own kind.
    return objects as Map<string, KindMap[K]>;
  }

  #write<K extends Kind>(kind: K, object: KindMap[K]): void {
    this.#of(kind).set(formatKey(keyOf(object)), object);
  }

  #nextRevision(): string {
    this.#revision++;
    return this.resourceVersion;
  }

  #notify(kind: Kind, event: WatchEvent): void {
    for (const listener of this.#listeners.get(kind) ?? []) listener(event);
  }
}

function notFound(kind: Kind, name: string): ApiError {
  return new ApiError("NotFound", `${qualifiedResource(kind)} "${name}" not found`);
}

/** Everything but metadata and status: what `generation` counts. */
function specOf({ metadata: _metadata, ...rest }: AnyObject): unknown {
  const { status: _status, ...spec } = rest as { status?: unknown };
  return spec;
}

/** Bytewise for ASCII, as the API orders keys; never locale order. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
