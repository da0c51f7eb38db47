/** How many changes a watch may lag behind before it has to list again. */
const defaultCapacity = 4_096;

/**
 * The latest changes in order, one per revision: what lets a watch go on from
 * where it stopped, without gap and without repetition.
 */
export class History<Event> {
  readonly #capacity: number;
  /** The revision before the first one kept. */
  #floor: number;
  #events: Event[] = [];

  constructor(revision: number, capacity: number = defaultCapacity) {
    this.#floor = revision;
    this.#capacity = capacity;
  }

  /** Notes the change that made the next revision. */
  append(event: Event): void {
    this.#events.push(event);
    // Trimming half at a time keeps the cost per event constant.
    if (this.#events.length < 2 * this.#capacity) return;
    this.#events = this.#events.slice(this.#capacity);
    this.#floor += this.#capacity;
  }

  /** All changes after `revision`; undefined when they are forgotten, or the revision is still to come. */
  since(revision: number): readonly Event[] | undefined {
    const skip = revision - this.#floor;
    return skip >= 0 && skip <= this.#events.length ? this.#events.slice(skip) : undefined;
  }
}
