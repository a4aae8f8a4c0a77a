/** Rows that are linked into no slot. */
const NONE = -1;
const SLOT_BITS = 8;
const SLOTS = 1 << SLOT_BITS;
const SLOT_MASK = SLOTS - 1;
const LEVELS = 4;
/** A row that waits for longer than the wheel reaches is looked at again when the wheel has come round. */
const REACH_TICKS = 2 ** (SLOT_BITS * LEVELS) - 1;

/**
 * A hierarchical timing wheel (Varghese and Lauck 1987, scheme 7) over the rows of a table: each row
 * waits for one tick at most. Twelve bytes a row and no object for anything that waits, where a
 * timer of the host costs some 380 bytes and fires a million of them a second late.
 */
export class RowWheel {
  /** Neighbours in a slot's ring of rows. */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** Slot that a row waits in, counted through all levels; NONE for a row that waits for nothing. */
  readonly #slotOf: Int16Array;
  readonly #dueTick: Float64Array;
  readonly #heads = new Int32Array(SLOTS * LEVELS).fill(NONE);
  /** Everything due up to it has been taken. */
  #tick: number;
  #waiting = 0;

  /** @param count rows @param tick the tick that it begins at */
  constructor(count: number, tick: number) {
    this.#next = new Int32Array(count).fill(NONE);
    this.#previous = new Int32Array(count).fill(NONE);
    this.#slotOf = new Int16Array(count).fill(NONE);
    this.#dueTick = new Float64Array(count);
    this.#tick = tick;
  }

  /** How many rows wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Lets a row wait for a tick, instead of any for which it waited; one that has passed is the next. */
  arm(row: number, tick: number): void {
    this.cancel(row);
    this.#dueTick[row] = Math.max(tick, this.#tick + 1);
    this.#link(row);
    this.#waiting++;
  }

  cancel(row: number): void {
    if (this.#slotOf[row] === NONE) return;
    this.#unlink(row);
    this.#waiting--;
  }

  /**
   * Takes one row that is due at a tick or before, the earliest tick's first; NONE when there is
   * none. Rows of one tick come in no order.
   */
  take(tick: number): number {
    while (this.#tick < tick) {
      const row = this.#heads[(this.#tick + 1) & SLOT_MASK] ?? NONE;
      if (row !== NONE) {
        this.#unlink(row);
        this.#waiting--;
        return row;
      }
      this.#turn(tick);
    }
    return NONE;
  }

  /**
   * The tick at which something may be due, at or before the earliest that is; null when nothing
   * waits. It is exact within the first level's 256 ticks.
   */
  nextTick(): number | null {
    if (this.#waiting === 0) return null;
    const first = this.#tick + 1;
    // Beyond the level's end the rows of the level above must come down first.
    const end = (first | SLOT_MASK) + 1;
    for (let tick = first; tick < end; tick++) {
      if (this.#heads[tick & SLOT_MASK] !== NONE) return tick;
    }
    return end;
  }

  /** One tick on, or as many as nobody waits for. */
  #turn(tick: number): void {
    if (this.#waiting === 0) {
      this.#tick = tick;
      return;
    }
    this.#tick++;
    const coming = this.#tick + 1;
    // Whenever a level has come round, the slot above it is dealt out.
    for (let level = 1; level < LEVELS; level++) {
      if (coming % 2 ** (SLOT_BITS * level) !== 0) return;
      this.#dealOut(level, coming);
    }
  }

  #dealOut(level: number, tick: number): void {
    const slot = level * SLOTS + (Math.floor(tick / 2 ** (SLOT_BITS * level)) & SLOT_MASK);
    let row = this.#heads[slot] ?? NONE;
    this.#heads[slot] = NONE;
    while (row !== NONE) {
      const next = this.#next[row] ?? NONE;
      this.#link(row);
      row = next;
    }
  }

  #link(row: number): void {
    const due = this.#dueTick[row] ?? 0;
    // The first level holds the coming 256 ticks, each above it 256 times as many.
    const ahead = Math.min(due - this.#tick - 1, REACH_TICKS);
    let level = 0;
    while (level < LEVELS - 1 && ahead >= 2 ** (SLOT_BITS * (level + 1))) level++;
    const at = this.#tick + 1 + ahead;
    const slot = level * SLOTS + (Math.floor(at / 2 ** (SLOT_BITS * level)) & SLOT_MASK);
    const head = this.#heads[slot] ?? NONE;
    this.#next[row] = head;
    this.#previous[row] = NONE;
    if (head !== NONE) this.#previous[head] = row;
    this.#heads[slot] = row;
    this.#slotOf[row] = slot;
  }

  #unlink(row: number): void {
    const [next, previous] = [this.#next[row] ?? NONE, this.#previous[row] ?? NONE];
    if (previous === NONE) this.#heads[this.#slotOf[row] ?? 0] = next;
    else this.#next[previous] = next;
    if (next !== NONE) this.#previous[next] = previous;
    this.#slotOf[row] = NONE;
  }
}
