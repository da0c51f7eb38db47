import type { Kind, KindMap } from "../objects/kinds.ts";

export interface WatchEvent<K extends Kind = Kind> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The object after the change; for DELETED, as it was last, with the resourceVersion of its end. */
  readonly object: KindMap[K];
  /** The object before the change; absent for ADDED. */
  readonly previous?: KindMap[K];
}
