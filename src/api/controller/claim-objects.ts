import type { Kind, KindMap } from "../objects/kinds.ts";
import {
  formatKey,
  type KubeObject,
  keyOf,
  type LabelSelector,
  parseKey,
} from "../objects/meta.ts";
import { adopted, claimOf, controllingOwner, disowned } from "../owner.ts";
import type { Store } from "../store/store.ts";
import type { Watch } from "./controller.ts";

/**
 * Objects of one kind that no controller manages, found without looking at the
 * others: adoption must not cost a walk over all pods for each that changes.
 */
export interface Orphans<K extends Kind> {
  /** Keeps the list; give it to the controller that asks. */
  readonly watch: Watch;
  readonly list: (store: Store, namespace: string) => ReadonlyArray<KindMap[K]>;
}

export function orphansOf<K extends Kind>(kind: K): Orphans<K> {
  const keys = new Set<string>();
  const note = (object: KindMap[K], isThere: boolean): void => {
    const key = formatKey(keyOf(object));
    if (isThere && controllingOwner(object) === undefined) keys.add(key);
    else keys.delete(key);
  };
  return {
    watch: {
      kind,
      start: (store) => {
        const end = store.watch(kind, ({ type, object }) => note(object, type !== "DELETED"));
        for (const object of store.list(kind)) note(object, true);
        return end;
      },
    },
    list: (store, namespace) =>
      [...keys]
        .sort()
        .map(parseKey)
        .filter((key) => key.namespace === namespace)
        .flatMap((key) => store.get(kind, key) ?? []),
  };
}

export interface ClaimOptions<K extends Kind> {
  readonly store: Store;
  readonly owner: KubeObject;
  readonly kind: K;
  readonly selector: LabelSelector;
  readonly orphans: Orphans<K>;
  /** Which orphans may be adopted at all. @default every one that matches */
  readonly mayAdopt?: (object: KindMap[K]) => boolean;
}

/**
 * The objects that `owner` manages, after taking over matching orphans and
 * letting go those whose labels no longer match. In key order.
 */
export function claimObjects<K extends Kind>(options: ClaimOptions<K>): ReadonlyArray<KindMap[K]> {
  const { store, owner, kind, selector, orphans, mayAdopt = () => true } = options;
  const { namespace = "", uid = "" } = owner.metadata;
  const candidates: ReadonlyArray<KindMap[K]> = [
    ...store.listOwnedBy(kind, uid),
    ...orphans.list(store, namespace),
  ];
  const claimed: Array<KindMap[K]> = [];
  for (const object of candidates) {
    const claim = claimOf(object, owner, selector);
    if (claim === "keep") claimed.push(object);
    if (claim === "adopt" && mayAdopt(object))
      claimed.push(store.update<K>(adopted(object, owner)));
    if (claim === "release") store.update<K>(disowned(object, uid));
  }
  return claimed.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}
