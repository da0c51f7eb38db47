/** A map that is another one but for a few entries, made in the time that these take: copying twenty thousand takes longer than a sync. */

/** Entries of the other map that are not there, too. */
type Changes<K, V> = ReadonlyMap<K, V | undefined>;

/** More changes than one to so many entries, and a copy is made after all: it is faster to read. */
const FEW = 16;

/** `map` with `changes`; undefined takes an entry away. Neither may be changed any more. */
export function patchMap<K, V extends object>(
  map: ReadonlyMap<K, V>,
  changes: Changes<K, V>,
): ReadonlyMap<K, V> {
  if (changes.size === 0) return map;
  const patched = PatchedMap.of(map, changes);
  return patched.isLarge ? new Map(patched) : patched;
}

class PatchedMap<K, V extends object> implements ReadonlyMap<K, V> {
  readonly #base: ReadonlyMap<K, V>;
  readonly #changes: Changes<K, V>;
  readonly size: number;

  private constructor(base: ReadonlyMap<K, V>, changes: Changes<K, V>) {
    this.#base = base;
    this.#changes = changes;
    let { size } = base;
    for (const [key, value] of changes) size += Number(value !== undefined) - Number(base.has(key));
    this.size = size;
  }

  /** Never more than two deep. */
  static of<K, V extends object>(map: ReadonlyMap<K, V>, changes: Changes<K, V>): PatchedMap<K, V> {
    if (!(map instanceof PatchedMap)) return new PatchedMap(map, changes);
    return new PatchedMap<K, V>(map.#base, new Map([...map.#changes, ...changes]));
  }

  get isLarge(): boolean {
    return this.#changes.size * FEW > this.#base.size;
  }

  get(key: K): V | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#base.get(key);
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  /** In the other map's order; what is new comes last. */
  *entries(): Generator<[K, V], undefined> {
    for (const [key, value] of this.#base) {
      const now = this.#changes.has(key) ? this.#changes.get(key) : value;
      if (now !== undefined) yield [key, now];
    }
    for (const [key, value] of this.#changes) {
      if (value !== undefined && !this.#base.has(key)) yield [key, value];
    }
    return undefined;
  }

  *keys(): Generator<K, undefined> {
    for (const [key] of this.entries()) yield key;
    return undefined;
  }

  *values(): Generator<V, undefined> {
    for (const [, value] of this.entries()) yield value;
    return undefined;
  }

  [Symbol.iterator](): Generator<[K, V], undefined> {
    return this.entries();
  }

  forEach(call: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this) call(value, key, this);
  }
}
