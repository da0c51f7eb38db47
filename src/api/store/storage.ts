/**
 * Where what the store holds is kept, so that it outlives the API server: etcd, in a real cluster.
 *
 * The store is what a real API server's watch cache is: all reads are answered from it, and it is told of every
 * change in the order of the storage's revisions. A write is one transaction on the storage, and the store knows of
 * it when the storage has it.
 */
import type { AnyObject, Kind } from "../objects/kinds.ts";
import type { ObjectKey } from "../objects/meta.ts";

/** A write that the store asks for. */
export interface StorageWrite {
  readonly kind: Kind;
  readonly key: ObjectKey;
  /** Without resourceVersion, which the storage gives. Undefined: the object ends. */
  readonly object: AnyObject | undefined;
  /** The resourceVersion of what is to be replaced; undefined where nothing may be. */
  readonly previous: string | undefined;
}

/** What has happened in the storage, whoever did it. */
export interface StorageChange {
  readonly revision: number;
  readonly kind: Kind;
  readonly key: ObjectKey;
  /** With the revision as its resourceVersion; undefined when it is gone. */
  readonly object: AnyObject | undefined;
}

export interface StorageCommit {
  readonly revision: number;
  /** What others have written since the store's revision and before this one, in order. */
  readonly before: readonly StorageChange[];
}

export interface StorageSnapshot {
  readonly revision: number;
  readonly objects: readonly AnyObject[];
}

export interface Storage {
  /**
   * Returns when the write is done for good.
   *
   * @param after the store's revision: all that happened up to it, the store knows.
   * @throws ApiError Conflict or AlreadyExists when somebody else wrote first; whatever keeps the storage from writing.
   */
  commit(write: StorageWrite, after: number): StorageCommit;
  /** All that others have written since `after`, as of now. @throws ApiError when the storage cannot tell. */
  changesSince(after: number): readonly StorageChange[];
}

/** Nothing but the store's own memory: every write gets the next number. */
export const inMemory: Storage = {
  commit: (_write, after) => ({ revision: after + 1, before: [] }),
  changesSince: () => [],
};
