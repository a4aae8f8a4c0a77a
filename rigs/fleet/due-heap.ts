/** Something that is to be called at an instant. */
export interface Due {
  readonly atNs: number;
  readonly owner: number;
  readonly sequence: number;
  readonly callback: () => void;
  isCancelled: boolean;
}

/** Callbacks by (instant, owner, order of asking): a binary heap. */
export class DueHeap {
  #heap: Due[] = [];
  #sequence = 0;
  #cancelled = 0;

  add(atNs: number, owner: number, callback: () => void): Due {
    const due: Due = { atNs, owner, sequence: this.#sequence++, callback, isCancelled: false };
    this.#heap.push(due);
    this.#rise(this.#heap.length - 1);
    return due;
  }

  /** Takes one back; it is removed when its turn comes, or when too many are. */
  cancel(due: Due): void {
    if (due.isCancelled) return;
    due.isCancelled = true;
    this.#cancelled++;
    if (this.#cancelled * 2 > this.#heap.length) this.#sweep();
  }

  /** When the next one is due; null when nothing is pending. */
  nextNs(): number | null {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined) return null;
      if (!first.isCancelled) return first.atNs;
      this.#cancelled--;
      this.#removeFirst();
    }
  }

  /** Removes the next one, if it is due. */
  takeDue(nowNs: number): Due | null {
    const nextNs = this.nextNs();
    const first = this.#heap[0];
    if (nextNs === null || nextNs > nowNs || first === undefined) return null;
    this.#removeFirst();
    // Taken, it can be cancelled no more.
    first.isCancelled = true;
    return first;
  }

  #sweep(): void {
    const left = this.#heap.filter(({ isCancelled }) => !isCancelled);
    this.#cancelled = 0;
    // A sorted array is a heap.
    this.#heap = left.toSorted((one, other) => (isBefore(one, other) ? -1 : 1));
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(place: number): void {
    let child = place;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfBefore(child, parent)) return;
      child = parent;
    }
  }

  #sink(place: number): void {
    let parent = place;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      const first = this.#isBefore(right, left) ? right : left;
      if (!this.#swapIfBefore(first, parent)) return;
      parent = first;
    }
  }

  #swapIfBefore(child: number, parent: number): boolean {
    const [one, other] = [this.#heap[child], this.#heap[parent]];
    if (one === undefined || other === undefined || !isBefore(one, other)) return false;
    this.#heap[parent] = one;
    this.#heap[child] = other;
    return true;
  }

  #isBefore(one: number, other: number): boolean {
    const [first, second] = [this.#heap[one], this.#heap[other]];
    return first !== undefined && second !== undefined && isBefore(first, second);
  }
}

function isBefore(one: Due, other: Due): boolean {
  if (one.atNs !== other.atNs) return one.atNs < other.atNs;
  if (one.owner !== other.owner) return one.owner < other.owner;
  return one.sequence < other.sequence;
}
