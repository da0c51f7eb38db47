import { formatKey, type KubeObject, keyOf, type ObjectKey } from "../objects/meta.ts";

/**
 * The objects of one kind, in key order, found by key, namespace or owner
 * without a walk over the others: a thousand pods reconciled one by one must not
 * cost a million looks.
 */
export class Table<T extends KubeObject> {
  readonly #byKey = new Map<string, T>();
  /** `""` holds the objects without a namespace. */
  readonly #namespaces = new Map<string, Row<T>>();
  /** Keys of the objects that name the uid in an ownerReference. */
  readonly #keysByOwner = new Map<string, Set<string>>();

  get(key: ObjectKey): T | undefined {
    return this.#byKey.get(formatKey(key));
  }

  list(namespace?: string): T[] {
    if (namespace !== undefined) return this.#namespaces.get(namespace)?.objects.slice() ?? [];
    // By whole key, as etcd has them: `a-b/x` comes before `a/x`.
    const rows = [...this.#namespaces.entries()];
    rows.sort(([a], [b]) => compareText(`${a}/`, `${b}/`));
    return ([] as T[]).concat(...rows.map(([, { objects }]) => objects));
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
    const row = this.#namespaces.get(key.namespace) ?? { names: [], objects: [] };
    this.#namespaces.set(key.namespace, row);
    const at = position(row.names, key.name);
    const replaced = previous === undefined ? 0 : 1;
    row.names.splice(at, replaced, key.name);
    row.objects.splice(at, replaced, object);
    if (previous !== undefined) this.#forgetOwners(previous, text);
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const owned = this.#keysByOwner.get(uid) ?? new Set();
      this.#keysByOwner.set(uid, owned.add(text));
    }
  }

  delete(key: ObjectKey): void {
    const text = formatKey(key);
    const previous = this.#byKey.get(text);
    const row = this.#namespaces.get(key.namespace);
    if (previous === undefined || row === undefined) return;
    this.#byKey.delete(text);
    this.#forgetOwners(previous, text);
    const at = position(row.names, key.name);
    row.names.splice(at, 1);
    row.objects.splice(at, 1);
    if (row.names.length === 0) this.#namespaces.delete(key.namespace);
  }

  #forgetOwners({ metadata }: T, key: string): void {
    for (const { uid } of metadata.ownerReferences ?? []) {
      const owned = this.#keysByOwner.get(uid);
      owned?.delete(key);
      if (owned?.size === 0) this.#keysByOwner.delete(uid);
    }
  }
}

/** One namespace's objects in the order of their names; the two lists go side by side. */
interface Row<T> {
  readonly names: string[];
  readonly objects: T[];
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
