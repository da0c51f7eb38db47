/** How many changes a watch may lag behind before it has to list again. */
const defaultCapacity = 4_096;

interface Entry<Event> {
  readonly revision: number;
  readonly event: Event;
}

/**
 * The latest changes in order: what lets a watch go on from where it stopped, without gap and without repetition.
 * Not every revision has a change, and one may have several: in etcd others write as well, and many keys at once.
 */
export class History<Event> {
  readonly #capacity: number;
  /** The revision after which every change is here. */
  #floor: number;
  /** The revision up to which every change is here. */
  #latest: number;
  #entries: Array<Entry<Event>> = [];

  constructor(revision: number, capacity: number = defaultCapacity) {
    this.#floor = revision;
    this.#latest = revision;
    this.#capacity = capacity;
  }

  /** Notes a change; revisions never fall. */
  append(revision: number, event: Event): void {
    this.#entries.push({ revision, event });
    this.#latest = revision;
    // Trimming half at a time keeps the cost per event constant.
    if (this.#entries.length >= 2 * this.#capacity) this.#trim();
  }

  /** All changes after `revision`; undefined when they are forgotten, or the revision is still to come. */
  since(revision: number): readonly Event[] | undefined {
    if (revision < this.#floor || revision > this.#latest) return undefined;
    return this.#entries.slice(this.#firstAfter(revision)).map(({ event }) => event);
  }

  /** Whole revisions only: half of one would be a gap. */
  #trim(): void {
    const floor = this.#entries[this.#entries.length - this.#capacity - 1]?.revision ?? this.#floor;
    this.#entries = this.#entries.slice(this.#firstAfter(floor));
    this.#floor = floor;
  }

  #firstAfter(revision: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.revision ?? 0) <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
