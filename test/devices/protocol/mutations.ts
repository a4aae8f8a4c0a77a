import { CodecError } from '../../../devices/protocol/bytes/codec-error.ts';

/** Inputs for each codec; the issue's own number. */
export const MUTATIONS = 1_000_000;

/** Bytes that decide something in the languages here: lengths, tags, marks, edges of integers. */
const TELLING = [0x00, 0x01, 0x06, 0x15, 0x20, 0x60, 0x7f, 0x80, 0x81, 0x82, 0xee, 0xff];
const LONGEST = 96;

/**
 * An endless stream of byte strings from a seed: some random, most of them good ones of a corpus
 * with bytes changed, cut, repeated, inserted or taken from another one. The same arrays are used
 * again: copy what is to be kept.
 */
export class Mutator {
  readonly #corpus: readonly Uint8Array[];
  readonly #buffer = new Uint8Array(1 << 16);
  #state: number;

  constructor(seed: number, corpus: readonly Uint8Array[]) {
    this.#state = seed | 1;
    this.#corpus = corpus;
  }

  /** A whole number in [0, below): xorshift32 (Marsaglia 2003). */
  below(below: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) % below;
  }

  next(): Uint8Array {
    if (this.#corpus.length === 0 || this.below(8) === 0) return this.#random();
    let length = this.#copied(this.#chosen());
    const changes = 1 + this.below(4);
    for (let change = 0; change < changes; change++) length = this.#changed(length);
    return this.#buffer.subarray(0, length);
  }

  #random(): Uint8Array {
    const length = this.below(LONGEST);
    for (let at = 0; at < length; at++) this.#buffer[at] = this.#byte();
    return this.#buffer.subarray(0, length);
  }

  #byte(): number {
    return this.below(3) === 0 ? (TELLING[this.below(TELLING.length)] ?? 0) : this.below(256);
  }

  #chosen(): Uint8Array {
    return this.#corpus[this.below(this.#corpus.length)] ?? new Uint8Array();
  }

  #copied(bytes: Uint8Array): number {
    this.#buffer.set(bytes);
    return bytes.length;
  }

  #changed(length: number): number {
    if (length === 0) return this.#copied(this.#chosen());
    const at = this.below(length);
    switch (this.below(6)) {
      case 0:
        return at;
      case 1:
        this.#buffer[at] = (this.#buffer[at] ?? 0) ^ (1 << this.below(8));
        return length;
      case 2: {
        if (length > 1 << 14) return length;
        this.#buffer.copyWithin(at + 1, at, length);
        this.#buffer[at] = this.#byte();
        return length + 1;
      }
      case 3:
        this.#buffer.copyWithin(at, at + 1, length);
        return length - 1;
      case 4: {
        // The tail of another one.
        const other = this.#chosen();
        const from = this.below(other.length + 1);
        this.#buffer.set(other.subarray(from), at);
        return at + other.length - from;
      }
      default:
        this.#buffer[at] = this.#byte();
        return length;
    }
  }
}

/** What became of many inputs. */
export interface Outcomes {
  taken: number;
  refused: number;
}

/**
 * Runs a codec over mutated inputs. Anything thrown but its own error goes on, with the input.
 * @param decode the codec; it may throw a CodecError and nothing else
 */
export function mutate(
  seed: number,
  corpus: readonly Uint8Array[],
  decode: (bytes: Uint8Array, mutator: Mutator) => void,
  count: number = MUTATIONS,
): Outcomes {
  const mutator = new Mutator(seed, corpus);
  const outcomes = { taken: 0, refused: 0 };
  // Most inputs are refused, and nobody reads where: without stacks it takes a third of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return run(mutator, outcomes, decode, count, seed);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function run(
  mutator: Mutator,
  outcomes: Outcomes,
  decode: (bytes: Uint8Array, mutator: Mutator) => void,
  count: number,
  seed: number,
): Outcomes {
  for (let turn = 0; turn < count; turn++) {
    const bytes = mutator.next();
    try {
      decode(bytes, mutator);
      outcomes.taken++;
    } catch (error) {
      if (!(error instanceof CodecError)) {
        const hex = Buffer.from(bytes).toString('hex');
        throw new Error(`input ${turn} of seed ${seed}: ${hex}`, { cause: error });
      }
      outcomes.refused++;
    }
  }
  return outcomes;
}
