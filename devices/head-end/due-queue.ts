interface Due<T> {
  readonly atMs: number;
  readonly order: number;
  readonly what: T;
}

/** What is due when, the earliest first and equals in the order in which they came: a binary heap. */
export class DueQueue<T> {
  readonly #heap: Due<T>[] = [];
  #order = 0;

  /** Infinity when nothing is due, ever. */
  get nextAtMs(): number {
    return this.#heap[0]?.atMs ?? Infinity;
  }

  add(atMs: number, what: T): void {
    const heap = this.#heap;
    const due = { atMs, order: this.#order++, what };
    let place = heap.length;
    heap.push(due);
    for (;;) {
      const above = (place - 1) >> 1;
      const parent = place > 0 ? heap[above] : undefined;
      if (parent === undefined || isBefore(parent, due)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = due;
  }

  /** Takes the earliest out, if it is due; undefined otherwise. */
  take(nowMs: number): T | undefined {
    const [first] = this.#heap;
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first.what;
  }

  #sink(due: Due<T>): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      let child = heap[below];
      const other = heap[below + 1];
      if (child !== undefined && other !== undefined && isBefore(other, child)) {
        child = other;
        below++;
      }
      if (child === undefined || isBefore(due, child)) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = due;
  }
}

function isBefore<T>(one: Due<T>, other: Due<T>): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
