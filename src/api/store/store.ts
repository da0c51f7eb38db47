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
import { ApiError } from "../errors/api-error.ts";
import { notFound } from "../errors/not-found.ts";
import {
  type AnyObject,
  type Kind,
  type KindMap,
  kinds,
  qualifiedResource,
} from "../objects/kinds.ts";
import { keyOf, type ObjectKey } from "../objects/meta.ts";
import type { Pod } from "../objects/pod.ts";
import { noteComponent } from "../patch/managed-fields/note-component.ts";
import { ChangeFeed } from "./change-feed.ts";
import { NameGenerator, type RandomFor } from "./name-generator.ts";
import { snapshotEvents } from "./snapshot-events.ts";
import { inMemory, type Storage, type StorageChange, type StorageSnapshot } from "./storage.ts";
import {
  assertCurrent,
  lostLastFinalizer,
  nextGeneration,
  withServerFields,
  withVersion,
} from "./stored-object.ts";
import { Table } from "./table.ts";
import type { WatchEvent } from "./watch-event.ts";

export interface StoreOptions {
  /** Milliseconds since the epoch; tests pass a fixed clock. */
  readonly now?: () => number;
  readonly newUid?: () => string;
  /** Decides what replaces `generateName`. */
  readonly randomFor?: RandomFor;
  /** How many changes {@link Store.changesSince} remembers at least. */
  readonly historyCapacity?: number;
  /**
   * Where resourceVersions begin. Clients that outlive a store compare them with those they
   * know: a later store must begin above them. @default 1
   */
  readonly firstRevision?: number;
  /** What has the last word on every write. @default the store's own memory */
  readonly storage?: Storage;
  /** What admission plugins do to every new pod, whoever makes it: controllers do not come by the API's requests. */
  readonly admitPod?: (pod: Pod, store: Store) => Pod;
}

export interface WriteOptions {
  /** Says what the write would give, or why it is refused, and leaves everything as it is. */
  readonly dryRun?: boolean;
}

export class Store {
  readonly #tables = new Map<Kind, Table<AnyObject>>();
  readonly #changes: ChangeFeed;
  readonly #storage: Storage;
  readonly #now: () => number;
  readonly #newUid: () => string;
  readonly #names: NameGenerator;
  readonly #admitPod: NonNullable<StoreOptions["admitPod"]>;
  #revision: number;
  /** Why nothing can be written, while the API server is down. */
  #closed: (() => ApiError) | undefined;

  constructor({
    now = Date.now,
    newUid = randomUUID,
    randomFor,
    historyCapacity,
    // "0" means "any" in requests, so no state of the store is called so.
    firstRevision = 1,
    storage = inMemory,
    admitPod = (pod) => pod,
  }: StoreOptions = {}) {
    this.#now = now;
    this.#newUid = newUid;
    this.#names = new NameGenerator(randomFor);
    this.#admitPod = admitPod;
    this.#storage = storage;
    this.#revision = firstRevision;
    this.#changes = new ChangeFeed(firstRevision, historyCapacity);
  }

  /** The revision of the latest write. */
  get resourceVersion(): string {
    return String(this.#revision);
  }

  get<K extends Kind>(kind: K, key: ObjectKey): KindMap[K] | undefined {
    return this.#of(kind).get(key);
  }

  /** All of a kind, or those of one namespace, in key order. */
  list<K extends Kind>(kind: K, namespace?: string): ReadonlyArray<KindMap[K]> {
    return this.#of(kind).list(namespace);
  }

  /** Those that name `uid` among their ownerReferences, in key order. */
  listOwnedBy<K extends Kind>(kind: K, uid: string): ReadonlyArray<KindMap[K]> {
    return this.#of(kind).ownedBy(uid);
  }

  /**
   * Stores a new object, completed with uid, creationTimestamp, generation 1
   * for the kinds that count it, and a name where it is empty and `generateName` is not.
   *
   * @throws ApiError AlreadyExists.
   */
  create<K extends Kind>(
    object: KindMap[K] & { readonly kind: K },
    options?: WriteOptions,
  ): KindMap[K];
  create<K extends Kind>(object: KindMap[K], options?: WriteOptions): KindMap[K];
  create<K extends Kind>(object: KindMap[K], { dryRun = false }: WriteOptions = {}): KindMap[K] {
    const kind = object.kind as K;
    const isTaken = (name: string): boolean =>
      this.get(kind, { ...keyOf(object), name }) !== undefined;
    const name = this.#names.nameFor(object, isTaken);
    if (isTaken(name)) {
      throw new ApiError("AlreadyExists", `${qualifiedResource(kind)} "${name}" already exists`, {
        object: { kind, name },
      });
    }
    // The kind, and so the shape, is that of `object`: only metadata is completed.
    const draft = {
      ...(object.kind === "Pod" ? this.#admitPod(object, this) : object),
      metadata: {
        ...object.metadata,
        name,
        uid: object.metadata.uid ?? this.#newUid(),
        ...(kinds[kind].countsGenerations && { generation: 1 }),
        creationTimestamp: object.metadata.creationTimestamp ?? this.timestamp(),
      },
    } as KindMap[K];
    if (dryRun) return draft;
    const created = withVersion(draft, this.#commit(draft, draft, undefined));
    this.#of(kind).set(created);
    this.#notify({ type: "ADDED", object: created });
    return created;
  }

  /**
   * Replaces an object. `generation` grows when the spec differs. Nothing
   * happens when nothing differs. An object that is being deleted ends with its
   * last finalizer.
   *
   * @throws ApiError NotFound; Conflict when `object` carries a resourceVersion
   *   that is not the stored one, or the uid of an earlier object of the name.
   */
  update<K extends Kind>(
    object: KindMap[K] & { readonly kind: K },
    options?: WriteOptions,
  ): KindMap[K];
  update<K extends Kind>(object: KindMap[K], options?: WriteOptions): KindMap[K];
  update<K extends Kind>(object: KindMap[K], { dryRun = false }: WriteOptions = {}): KindMap[K] {
    const kind = object.kind as K;
    const previous = this.get(kind, keyOf(object));
    if (previous === undefined) throw notFound(kind, object.metadata.name);
    assertCurrent(kind, object, previous);
    const written = withServerFields(object, previous);
    if (isDeepStrictEqual(written, previous)) return previous;
    const candidate = noteComponent(written, previous, this.timestamp());
    const draft = {
      ...candidate,
      metadata: {
        ...candidate.metadata,
        ...(kinds[kind].countsGenerations && { generation: nextGeneration(candidate, previous) }),
      },
    } as KindMap[K];
    if (dryRun) return draft;
    const ends = lostLastFinalizer(draft, previous);
    const updated = withVersion(draft, this.#commit(draft, ends ? undefined : draft, previous));
    if (ends) {
      this.#of(kind).delete(keyOf(updated));
      this.#notify({ type: "DELETED", object: updated, previous });
    } else {
      this.#of(kind).set(updated);
      this.#notify({ type: "MODIFIED", object: updated, previous });
    }
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

  /** Removes an object at once; for the orderly end of a pod or a namespace see {@link requestDeletion}. */
  remove<K extends Kind>(kind: K, key: ObjectKey): KindMap[K] | undefined {
    const previous = this.get(kind, key);
    if (previous === undefined) return undefined;
    const object = withVersion(previous, this.#commit(previous, undefined, previous));
    this.#of(kind).delete(key);
    this.#notify({ type: "DELETED", object, previous });
    return object;
  }

  /**
   * Calls `listener` for each later change of `kind`, inside the write that
   * makes it: listeners note the change and return; they do not write.
   *
   * @returns a function that ends the watch.
   */
  watch<K extends Kind>(kind: K, listener: (event: WatchEvent<K>) => void): () => void {
    return this.#changes.watch(kind, listener);
  }

  /**
   * Every change after `resourceVersion`, of all kinds, in order: with
   * {@link watch} registered in the same turn, a watch without gap. Undefined
   * when that is too long ago, or was never.
   */
  changesSince(resourceVersion: string): readonly WatchEvent[] | undefined {
    return this.#changes.since(resourceVersion);
  }

  /** Takes in what others have written to the storage, in order; what the store knows already is passed over. */
  absorb(changes: readonly StorageChange[]): void {
    const known = this.#revision;
    // By the revision before all of them: one revision may have several.
    for (const change of changes) if (change.revision > known) this.#absorbOne(change);
  }

  /** What is read next is what the storage has now, not what it had a moment ago. @throws ApiError of the storage. */
  makeCurrent(): void {
    this.absorb(this.#storage.changesSince(this.#revision));
  }

  /** The API server is down: writes are refused, reads see what was last known, and nothing is told to anybody. */
  close(why: () => ApiError): void {
    this.#closed = why;
  }

  /**
   * The API server is up again, and remembers no changes. With a snapshot it holds what that does: whoever watches is
   * told of the differences, as an informer's listeners are when it lists again.
   */
  open(snapshot?: StorageSnapshot): void {
    this.#closed = undefined;
    if (snapshot !== undefined) this.#replaceAll(snapshot);
    this.#changes.restart(this.#revision);
  }

  /** The store's clock as the API writes times: RFC 3339, whole seconds. */
  timestamp(afterSeconds: number = 0): string {
    return `${new Date(this.#now() + afterSeconds * 1_000).toISOString().slice(0, 19)}Z`;
  }

  #of<K extends Kind>(kind: K): Table<KindMap[K]> {
    const table = this.#tables.get(kind) ?? new Table();
    this.#tables.set(kind, table);
    // A table holds only objects of its kind: every `set` picks the table by the object's kind.
    return table as unknown as Table<KindMap[K]>;
  }

  /** Has it done for good; what others wrote before it is told first. @returns its resourceVersion. */
  #commit(
    named: AnyObject,
    object: AnyObject | undefined,
    previous: AnyObject | undefined,
  ): string {
    if (this.#closed !== undefined) throw this.#closed();
    const { revision, before } = this.#storage.commit(
      {
        kind: named.kind,
        key: keyOf(named),
        object: object && withVersion(object, undefined),
        previous: previous?.metadata.resourceVersion,
      },
      this.#revision,
    );
    this.absorb(before);
    this.#revision = revision;
    return this.resourceVersion;
  }

  #replaceAll({ revision, objects }: StorageSnapshot): void {
    const former = [...this.#tables.values()].flatMap((table) => table.list());
    this.#tables.clear();
    this.#revision = revision;
    for (const object of objects) this.#of(object.kind).set(object);
    for (const event of snapshotEvents(former, objects)) this.#changes.tell(event);
  }

  #absorbOne({ kind, key, object, revision }: StorageChange): void {
    const table = this.#of(kind);
    const previous = table.get(key);
    this.#revision = revision;
    if (object !== undefined) {
      table.set(object);
      if (previous === undefined) this.#notify({ type: "ADDED", object });
      else this.#notify({ type: "MODIFIED", object, previous });
    } else if (previous !== undefined) {
      table.delete(key);
      const last = withVersion(previous, this.resourceVersion);
      this.#notify({ type: "DELETED", object: last, previous });
    }
  }

  #notify(event: WatchEvent): void {
    this.#changes.append(this.#revision, event);
  }
}
