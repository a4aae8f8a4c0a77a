/** One message that was taken: the IV and the MAC, which no two messages under one key share. */
export interface Taken {
  readonly iv: number;
  readonly mac: string;
}

/** A caller that sends more within its window has the floor raised instead. */
const REMEMBERED_MOST = 65_536;

/**
 * What was taken from one caller under one key. Foreign callers take the UTC seconds as their IV
 * (IEEE 1703: within 15 minutes), so several messages may share one: they are told apart by their
 * MAC. No clock is asked: a message is late when its IV is more than the window below the highest
 * that was ever taken, so that a meter that lost its clock still hears, and is still heard.
 */
export class ReplayMemory {
  readonly #window: number;
  #highest = 0;
  /** Messages below it are late, whatever the window says. */
  #floor = 0;
  readonly #taken = new Map<string, number>();

  /** @param window how far below the highest IV a message may be */
  constructor(window: number) {
    this.#window = window;
  }

  /** Whether an authentic message is taken, which it is once. */
  take({ iv, mac }: Taken): boolean {
    const key = `${iv} ${mac}`;
    if (iv < Math.max(this.#floor, this.#highest - this.#window) || this.#taken.has(key)) {
      return false;
    }
    this.#taken.set(key, iv);
    if (iv > this.#highest) {
      this.#highest = iv;
      this.#forgetLate();
    }
    if (this.#taken.size > REMEMBERED_MOST) this.#raiseFloor();
    return true;
  }

  #forgetLate(): void {
    const least = this.#highest - this.#window;
    // Mostly they came in the order of their IVs: the oldest stand first.
    for (const [key, iv] of this.#taken) {
      if (iv >= least) break;
      this.#taken.delete(key);
    }
  }

  /** What is forgotten must not come again: all at or below its IV is late from now on. */
  #raiseFloor(): void {
    for (const [key, iv] of this.#taken) {
      this.#floor = Math.max(this.#floor, iv + 1);
      this.#taken.delete(key);
      if (this.#taken.size <= REMEMBERED_MOST / 2) return;
    }
  }
}
