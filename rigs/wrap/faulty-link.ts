import { drawFraction, seedOf } from '../../devices/domain/chance.ts';

/** What a link does to datagrams; each in how many, 0 is never. */
export interface LinkFaults {
  readonly dropOneIn: number;
  readonly duplicateOneIn: number;
  /** Holds one back until the next has passed. */
  readonly reorderOneIn: number;
  /** Flips a byte. */
  readonly spoilOneIn: number;
}

const NO_FAULTS: LinkFaults = {
  dropOneIn: 0,
  duplicateOneIn: 0,
  reorderOneIn: 0,
  spoilOneIn: 0,
};

/**
 * A link that is at fault, round any other. One in N means exactly one of each N datagrams, at a
 * drawn place: so few datagrams that chance might spare them all are not spared.
 */
export class FaultyLink<D extends { readonly bytes: Uint8Array }> {
  readonly #faults: LinkFaults;
  readonly #seed: number;
  readonly #deliver: (datagram: D) => void;
  #passed = 0;
  #held: D | null = null;

  constructor(faults: Partial<LinkFaults>, seed: number, deliver: (datagram: D) => void) {
    this.#faults = { ...NO_FAULTS, ...faults };
    this.#seed = seed;
    this.#deliver = deliver;
  }

  /** Takes a datagram; what comes of it is delivered before this returns, or with a later one. */
  pass(datagram: D): void {
    const number = this.#passed++;
    const held = this.#held;
    this.#held = null;
    if (!this.#strikes('dropOneIn', number)) this.#forward(datagram, number);
    if (held !== null) this.#deliver(held);
  }

  /** Delivers what is held back, at the end of the traffic. */
  flush(): void {
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#deliver(held);
  }

  #forward(datagram: D, number: number): void {
    const sent = this.#strikes('spoilOneIn', number)
      ? { ...datagram, bytes: this.#spoiled(datagram.bytes, number) }
      : datagram;
    if (this.#strikes('reorderOneIn', number)) {
      this.#held = sent;
      return;
    }
    this.#deliver(sent);
    if (this.#strikes('duplicateOneIn', number)) this.#deliver(sent);
  }

  #strikes(fault: keyof LinkFaults, number: number): boolean {
    const oneIn = this.#faults[fault];
    if (oneIn === 0) return false;
    const round = Math.floor(number / oneIn);
    const place = Math.floor(drawFraction(seedOf(this.#seed, fault), 0, round) * oneIn);
    return number % oneIn === place;
  }

  /** A copy with one byte changed, by a value that is not 0. */
  #spoiled(bytes: Uint8Array, number: number): Uint8Array {
    const spoiled = new Uint8Array(bytes);
    const seed = seedOf(this.#seed, 'byte');
    const place = Math.floor(drawFraction(seed, 0, number) * bytes.length);
    const change = 1 + Math.floor(drawFraction(seed, 1, number) * 0xff);
    if (spoiled.length > 0) spoiled[place] = (spoiled[place] ?? 0) ^ change;
    return spoiled;
  }
}
