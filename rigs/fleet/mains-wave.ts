import { drawBetween, seedOf } from '../../devices/domain/chance.ts';
import { NEVER } from '../../devices/meter/columns.ts';

/** Power that comes or goes at one meter after the other: when it does at each row of a shard. */
export class MainsWave {
  readonly #count: number;
  readonly #seed: number;
  /** There are none before the first wave. */
  #atNs: Float64Array | null = null;
  readonly #energises: Uint8Array;

  constructor(count: number, seed: number) {
    this.#count = count;
    // The same for all: what goes first comes back first, and each is dark for as long.
    this.#seed = seedOf(seed, 'mains wave');
    this.#energises = new Uint8Array(count);
  }

  /** Draws when a row's turn is, evenly over the time that the wave takes. */
  add(row: number, index: number, energised: boolean, beginsNs: number, overNs: number): void {
    this.#atNs ??= new Float64Array(this.#count).fill(NEVER);
    this.#atNs[row] = beginsNs + Math.round(drawBetween(this.#seed, index, 0, 0, overNs));
    this.#energises[row] = energised ? 1 : 0;
  }

  /** When a row's turn is; `NEVER` while it has none. */
  turnOf(row: number): number {
    return this.#atNs?.[row] ?? NEVER;
  }

  /** Whether power comes or goes at a row whose turn has come, once; null when it has not. */
  take(row: number, nowNs: number): boolean | null {
    if (this.#atNs === null || this.turnOf(row) > nowNs) return null;
    this.#atNs[row] = NEVER;
    return this.#energises[row] === 1;
  }
}
