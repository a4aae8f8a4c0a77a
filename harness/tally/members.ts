import { testIdentity } from '../../devices/domain/identity.ts';
import { indexesOf } from '../../rigs/port/fleet.ts';
import type { Selection } from '../../rigs/port/fleet.ts';

/** The meters of a group, in the order of their indexes: the rows of a tally's columns. */
export class Members {
  readonly count: number;
  readonly #indexes: Uint32Array;
  /** Row of each meter of the fleet; -1 for those outside the group. */
  readonly #rows: Int32Array;
  readonly #firstSerial = Number(testIdentity(0).serial);

  /** @param group null for every meter of the fleet */
  constructor(meters: number, group: Selection | null) {
    this.#indexes =
      group === null
        ? new Uint32Array(meters).map((_, index) => index)
        : Uint32Array.from(indexesOf(group)).sort();
    this.#rows = new Int32Array(meters).fill(-1);
    for (const [row, index] of this.#indexes.entries()) this.#rows[index] = row;
    this.count = this.#indexes.length;
  }

  /** The row of a meter by its serial number; -1 when the group does not hold it. */
  rowOf(serial: string): number {
    const number = Number(serial);
    // Serial numbers are compared character by character (REG-10): "060000001" is no meter of ours.
    return String(number) === serial ? (this.#rows[number - this.#firstSerial] ?? -1) : -1;
  }

  serialOf(row: number): string {
    return testIdentity(this.#indexes[row] ?? 0).serial;
  }
}
