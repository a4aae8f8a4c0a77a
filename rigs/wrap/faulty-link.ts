import { drawFraction, seedOf } from '../../devices/domain/chance.ts';

/** What a link does to datagrams; each in how many, 0 is never. */
export interface LinkFaults {
  readonly dropOneIn: number;
  readonly duplicateOneIn: number;
  /** Holds one back until the next of its flow has passed. */
  readonly reorderOneIn: number;
  /** Flips a byte. */
  readonly spoilOneIn: number;
}

/** Faults of the way between meters and servers, each direction. */
export interface LinkFaultsBothWays {
  readonly up?: Partial<LinkFaults>;
  readonly down?: Partial<LinkFaults>;
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
  readonly #flowOf: (datagram: D) => string | number;
  #passed = 0;
  /** At most one of each flow. */
  readonly #held = new Map<string | number, D>();

  /** @param flowOf tells apart what can be in an order at all, e.g. meters; all is one flow without it */
  constructor(
    faults: Partial<LinkFaults>,
    seed: number,
    deliver: (datagram: D) => void,
    flowOf: (datagram: D) => string | number = () => 0,
  ) {
    this.#faults = { ...NO_FAULTS, ...faults };
    this.#seed = seed;
    this.#deliver = deliver;
    this.#flowOf = flowOf;
  }

  /** Takes a datagram; what comes of it is delivered before this returns, or with a later one. */
  pass(datagram: D): void {
    const number = this.#passed++;
    const flow = this.#flowOf(datagram);
    const held = this.#held.get(flow);
    this.#held.delete(flow);
    if (!this.#strikes('dropOneIn', number)) this.#forward(datagram, flow, number);
    if (held !== undefined) this.#deliver(held);
  }

  /** Delivers what is held back, at the end of the traffic. */
  flush(): void {
    const held = [...this.#held.values()];
    this.#held.clear();
    for (const datagram of held) this.#deliver(datagram);
  }

  #forward(datagram: D, flow: string | number, number: number): void {
    const sent = this.#strikes('spoilOneIn', number)
      ? { ...datagram, bytes: this.#spoiled(datagram.bytes, number) }
      : datagram;
    if (this.#strikes('reorderOneIn', number)) {
      this.#held.set(flow, sent);
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
