/**
 * Random and mutated bytes by the million: the generator is mulberry32 (T. Ettinger, public
 * domain), which is fast, small, and the same on every machine.
 */
export class SeededBytes {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 32 bits. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return this.next() % limit;
  }

  one<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error('there is nothing to choose from');
    return choice;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at++) bytes[at] = this.next();
    return bytes;
  }

  /** The bytes with one to three changes: a bit, a byte, bytes cut off, put in or taken out. */
  mutated(bytes: Uint8Array): Uint8Array {
    let changed = bytes;
    for (let change = this.below(3); change >= 0; change--) changed = this.#changed(changed);
    return changed;
  }

  #changed(bytes: Uint8Array): Uint8Array {
    const at = this.below(bytes.length + 1);
    const copy = bytes.slice();
    switch (this.below(5)) {
      case 0:
        copy[at] = (copy[at] ?? 0) ^ (1 << this.below(8));
        return copy;
      case 1:
        copy[at] = this.next();
        return copy;
      case 2:
        return copy.subarray(0, at);
      case 3:
        return joined(copy.subarray(0, at), this.bytes(1 + this.below(4)), copy.subarray(at));
      default:
        return joined(copy.subarray(0, at), copy.subarray(at + 1 + this.below(4)));
    }
  }
}

/** By the million: spreading arrays would take most of the time. */
function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
