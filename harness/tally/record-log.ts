/** One observation that counts, as numbers. -1 stands for what there is none of. */
export interface LogRecord {
  /** Row of the meter in its group. */
  readonly row: number;
  /** What it is, by a number that the tally gives its kinds. */
  readonly code: number;
  readonly atNs: number;
  /** Outage number, or sequence number of a control. */
  readonly number: number;
  readonly id: number;
  readonly pairsWith: number;
  /** Line of the journal that holds it; 0 when none does. */
  readonly line: number;
}

const FIELDS = ['row', 'code', 'atNs', 'number', 'id', 'pairsWith', 'line'] as const;
const WIDTH = FIELDS.length;
const AT_NS = FIELDS.indexOf('atNs');
/** Places of the fields in the order in which they are compared: time before kind. */
const SORTED_BY: readonly number[] = [0, AT_NS, 1, 3, 4, 5, 6];
/** All but the line, which is no part of what was seen. */
const HASHED = WIDTH - 1;

/**
 * Observations as columns of numbers, in any order: two logs of the same observations are the same
 * once they are sorted, however the observations came and in whatever parts.
 */
export class RecordLog {
  #columns = new Float64Array(64 * WIDTH);
  #length = 0;

  add(record: LogRecord): void {
    this.#reserve(this.#length + 1);
    for (const [place, field] of FIELDS.entries()) {
      this.#columns[this.#length * WIDTH + place] = record[field];
    }
    this.#length++;
  }

  absorb(other: RecordLog): void {
    this.#reserve(this.#length + other.#length);
    this.#columns.set(other.#columns.subarray(0, other.#length * WIDTH), this.#length * WIDTH);
    this.#length += other.#length;
  }

  /** The records by meter and time, as far as they are not later than `untilNs`. */
  sorted(rows: number, untilNs = Number.POSITIVE_INFINITY): SortedLog {
    const columns = this.#columns;
    const all = Uint32Array.from({ length: this.#length }, (_, place) => place);
    const order = all.filter((place) => (columns[place * WIDTH + AT_NS] ?? 0) <= untilNs);
    order.sort((a, b) => {
      for (let field = 0; field < WIDTH; field++) {
        const place = SORTED_BY[field] ?? field;
        const apart = (columns[a * WIDTH + place] ?? 0) - (columns[b * WIDTH + place] ?? 0);
        if (apart !== 0) return apart;
      }
      return 0;
    });
    const sorted = new Float64Array(order.length * WIDTH);
    for (const [to, from] of order.entries()) {
      sorted.set(columns.subarray(from * WIDTH, (from + 1) * WIDTH), to * WIDTH);
    }
    return new SortedLog(sorted, rows);
  }

  #reserve(length: number): void {
    if (length * WIDTH <= this.#columns.length) return;
    const larger = new Float64Array(Math.max(length * WIDTH, 2 * this.#columns.length));
    larger.set(this.#columns);
    this.#columns = larger;
  }
}

/** A log in its fixed order. */
export class SortedLog {
  readonly #columns: Float64Array;
  /** Where the records of each row begin; one more for the end. */
  readonly #starts: Uint32Array;

  constructor(columns: Float64Array, rows: number) {
    this.#columns = columns;
    this.#starts = new Uint32Array(rows + 1);
    for (let at = 0; at < columns.length; at += WIDTH) {
      const next = (columns[at] ?? 0) + 1;
      this.#starts[next] = (this.#starts[next] ?? 0) + 1;
    }
    for (let row = 0; row < rows; row++) {
      this.#starts[row + 1] = (this.#starts[row + 1] ?? 0) + (this.#starts[row] ?? 0);
    }
  }

  /** The records of one meter, the earliest first. */
  of(row: number): readonly LogRecord[] {
    const [from = 0, to = 0] = this.#starts.subarray(row, row + 2);
    return Array.from({ length: to - from }, (_, place) => this.#record(from + place));
  }

  /** What the log holds, to be hashed: everything but the lines of the journal. */
  bytes(): Uint8Array {
    const records = this.#columns.length / WIDTH;
    const kept = new Float64Array(records * HASHED);
    for (let at = 0; at < records; at++) {
      kept.set(this.#columns.subarray(at * WIDTH, at * WIDTH + HASHED), at * HASHED);
    }
    return new Uint8Array(kept.buffer);
  }

  #record(place: number): LogRecord {
    const [row = 0, code = 0, atNs = 0, number = -1, id = -1, pairsWith = -1, line = 0] =
      this.#columns.subarray(place * WIDTH, (place + 1) * WIDTH);
    return { row, code, atNs, number, id, pairsWith, line };
  }
}
