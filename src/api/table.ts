import { formatKey, type KubeObject, keyOf, type ObjectKey } from "./meta.ts";

/**
 * The objects of one kind, in key order, found by key, namespace or owner
 * without a walk over the others: a thousand pods reconciled one by one must not
 * cost a million looks.
 */
export class Table<T extends KubeObject> {
  readonly #byKey = new Map<string, T>();
  /** The names in each namespace, sorted. `""` holds the objects without one. */
  readonly #namesByNamespace = new Map<string, string[]>();
  /** Keys of the objects that name the uid in an ownerReference. */
  readonly #keysByOwner = new Map<string, Set<string>>();

  get(key: ObjectKey): T | undefined {
    return this.#byKey.get(formatKey(key));
  }

  list(namespace?: string): T[] {
    if (namespace !== undefined) return this.#listNamespace(namespace);
    // By whole key, as etcd has them: `a-b/x` comes before `a/x`.
    const namespaces = [...this.#namesByNamespace.keys()];
    namespaces.sort((a, b) => compareText(`${a}/`, `${b}/`));
    return namespaces.flatMap((each) => this.#listNamespace(each));
  }

  ownedBy(uid: string): T[] {
    const keys = [...(this.#keysByOwner.get(uid) ?? [])].sort(compareText);
    return keys.flatMap((key) => this.#byKey.get(key) ?? []);
  }

  /** Adds or replaces. */
  set(object: T): void {
    const key = keyOf(object);
    const text = formatKey(key);
    const previous = this.#byKey.get(text);
    this.#byKey.set(text, object);
    if (previous === undefined) this.#insertName(key);
    else this.#forgetOwners(previous, text);
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const owned = this.#keysByOwner.get(uid) ?? new Set();
      this.#keysByOwner.set(uid, owned.add(text));
    }
  }

  delete(key: ObjectKey): void {
    const text = formatKey(key);
    const previous = this.#byKey.get(text);
    if (previous === undefined) return;
    this.#byKey.delete(text);
    this.#forgetOwners(previous, text);
    const names = this.#namesByNamespace.get(key.namespace) ?? [];
    names.splice(position(names, key.name), 1);
    if (names.length === 0) this.#namesByNamespace.delete(key.namespace);
  }

  #listNamespace(namespace: string): T[] {
    const names = this.#namesByNamespace.get(namespace) ?? [];
    return names.flatMap((name) => this.#byKey.get(formatKey({ namespace, name })) ?? []);
  }

  #insertName({ namespace, name }: ObjectKey): void {
    const names = this.#namesByNamespace.get(namespace) ?? [];
    this.#namesByNamespace.set(namespace, names);
    names.splice(position(names, name), 0, name);
  }

  #forgetOwners({ metadata }: T, key: string): void {
    for (const { uid } of metadata.ownerReferences ?? []) {
      const owned = this.#keysByOwner.get(uid);
      owned?.delete(key);
      if (owned?.size === 0) this.#keysByOwner.delete(uid);
    }
  }
}

/** Where `name` is in the sorted `names`, or belongs. */
function position(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(names[middle] ?? "", name) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Bytewise for ASCII, as the API orders keys; never locale order. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
