import type { Heard } from './tally.ts';

/**
 * What shows that the observer of the head-end's northbound side listened: anything that it heard, of
 * whomever. An alarm that did not come is the head-end's only if something came no earlier than it could
 * have; else nobody can say.
 */
export class Listening {
  #lastNs = Number.NEGATIVE_INFINITY;
  /** Line of the journal that shows it; 0 when none does. */
  #line = 0;

  feed({ seq, atNs, observation: { kind } }: Heard): void {
    if (kind === 'alarm' || kind === 'northbound-heard') this.#take(atNs, seq);
  }

  absorb(other: Listening): void {
    this.#take(other.#lastNs, other.#line);
  }

  /** The lines that show that it heard something at this instant or later; null when nothing does. */
  proofSince(atNs: number): readonly number[] | null {
    return this.#lastNs >= atNs ? [this.#line] : null;
  }

  #take(atNs: number, line: number): void {
    // Of several at one instant the lowest line: what is merged may come in any order.
    if (atNs < this.#lastNs || (atNs === this.#lastNs && line >= this.#line)) return;
    this.#lastNs = atNs;
    this.#line = line;
  }
}
