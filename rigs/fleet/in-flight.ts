import type { InFlightGauge } from './fleet.ts';

const CURRENT = 0;
const MAXIMUM = 1;
const CELLS = 2;

/**
 * Counts transactions that entered the carrier and whose answer has not left it. Shards in
 * threads count on the same memory. It never counts more than the head-end has open: what the
 * carrier loses is no longer on its way. LOD-01, LOD-02
 */
export class InFlight implements InFlightGauge {
  /** What another thread needs to count along. */
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(
    buffer: SharedArrayBuffer = new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT),
  ) {
    this.buffer = buffer;
    this.#cells = new Int32Array(buffer);
  }

  enter(): void {
    const current = Atomics.add(this.#cells, CURRENT, 1) + 1;
    let maximum = Atomics.load(this.#cells, MAXIMUM);
    while (current > maximum) {
      const found = Atomics.compareExchange(this.#cells, MAXIMUM, maximum, current);
      if (found === maximum) return;
      maximum = found;
    }
  }

  leave(): void {
    Atomics.sub(this.#cells, CURRENT, 1);
  }

  current(): number {
    return Atomics.load(this.#cells, CURRENT);
  }

  maximum(): number {
    return Atomics.load(this.#cells, MAXIMUM);
  }

  reset(): void {
    Atomics.store(this.#cells, MAXIMUM, this.current());
  }
}
