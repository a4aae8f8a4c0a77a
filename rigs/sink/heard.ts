/** Meters stand in pages, so that a table grows without being copied. */
const PAGE_BITS = 14;
const PAGE = 1 << PAGE_BITS;
/** A sender that starts again takes a new block of IVs: a leap this long is not a loss. */
const NEW_BLOCK = 4096;

export interface HeardCounts {
  readonly duplicates: number;
  /** Messages that came after a later one of the same meter. */
  readonly outOfOrder: number;
  /** IVs between the first and the last of a meter that never came. */
  readonly lost: number;
  readonly meters: number;
}

/**
 * Which messages of each meter came, by their IVs, which a module gives out without gaps, from 1 on.
 * Eight bytes a meter; what is missing stands in a set, only while it is missing.
 */
export class Heard {
  readonly #first = new Map<number, Uint32Array>();
  readonly #highest = new Map<number, Uint32Array>();
  readonly #gaps = new Map<number, Set<number>>();
  #duplicates = 0;
  #outOfOrder = 0;
  #meters = 0;

  /** Takes the IV of a message that was opened. */
  take(index: number, iv: number): void {
    const [firsts, highests] = this.#pagesOf(index >>> PAGE_BITS);
    const at = index & (PAGE - 1);
    const highest = highests[at] ?? 0;
    const first = firsts[at] ?? 0;
    if (highest === 0 || iv > highest + NEW_BLOCK) {
      if (highest === 0) this.#meters++;
      firsts[at] = iv;
      highests[at] = iv;
    } else if (iv > highest) {
      this.#miss(index, highest + 1, iv);
      highests[at] = iv;
    } else if (iv < first) {
      this.#miss(index, iv + 1, first);
      firsts[at] = iv;
      this.#outOfOrder++;
    } else if (this.#gaps.get(index)?.delete(iv) === true) this.#outOfOrder++;
    else this.#duplicates++;
  }

  counts(): HeardCounts {
    let lost = 0;
    for (const gaps of this.#gaps.values()) lost += gaps.size;
    return {
      duplicates: this.#duplicates,
      outOfOrder: this.#outOfOrder,
      lost,
      meters: this.#meters,
    };
  }

  #miss(index: number, from: number, to: number): void {
    if (from >= to) return;
    let gaps = this.#gaps.get(index);
    if (gaps === undefined) {
      gaps = new Set();
      this.#gaps.set(index, gaps);
    }
    for (let iv = from; iv < to; iv++) gaps.add(iv);
  }

  #pagesOf(page: number): readonly [Uint32Array, Uint32Array] {
    const [firsts, highests] = [this.#first.get(page), this.#highest.get(page)];
    if (firsts !== undefined && highests !== undefined) return [firsts, highests];
    const made = [new Uint32Array(PAGE), new Uint32Array(PAGE)] as const;
    this.#first.set(page, made[0]);
    this.#highest.set(page, made[1]);
    return made;
  }
}
