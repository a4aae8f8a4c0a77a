import { messageOf } from '../../devices/domain/error-text.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import type { Undo, Unverified } from '../../rigs/port/bench.ts';
import type { Clock } from '../../rigs/port/clock.ts';

export interface Undone {
  readonly name: string;
  readonly outcome: 'verified' | 'unverified' | 'failed';
  readonly detail: string;
}

/**
 * What takes a bench back. An undo is registered before the act that it undoes; they run
 * last-first, each with a budget that no test time eats, and all run even if some fail.
 */
export class UndoStack {
  readonly #clock: Clock;
  readonly #undos: Undo[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#undos.length;
  }

  /** Registers an undo; what is registered already under this name stands for it. */
  register(undo: Undo): void {
    if (this.#undos.every((other) => other.name !== undo.name)) this.#undos.push(undo);
  }

  /** Runs everything, last-first, and empties the stack; the worst of what they came to. Never throws. */
  async run(tell: (undone: Undone) => void): Promise<Undone['outcome']> {
    const outcomes = new Set<Undone['outcome']>();
    for (let undo = this.#undos.pop(); undo !== undefined; undo = this.#undos.pop()) {
      const undone = await this.#runOne(undo);
      outcomes.add(undone.outcome);
      tell(undone);
    }
    if (outcomes.has('failed')) return 'failed';
    return outcomes.has('unverified') ? 'unverified' : 'verified';
  }

  async #runOne(undo: Undo): Promise<Undone> {
    const done = new AbortController();
    const overdue = this.#clock
      .sleepUntil(this.#clock.nowNs() + undo.budgetNs, done.signal)
      .then(() => `not done within its budget of ${formatDurationNs(undo.budgetNs)}`)
      .catch(() => '');
    try {
      const work = undo.run().then((detail) => ({ detail }));
      const outcome = await Promise.race([work, overdue]);
      if (typeof outcome !== 'string') return { name: undo.name, ...told(outcome.detail) };
      return { name: undo.name, outcome: 'failed', detail: outcome };
    } catch (error) {
      return { name: undo.name, outcome: 'failed', detail: messageOf(error) };
    } finally {
      done.abort();
    }
  }
}

function told(detail: string | Unverified): Pick<Undone, 'outcome' | 'detail'> {
  return typeof detail === 'string'
    ? { outcome: 'verified', detail }
    : { outcome: 'unverified', detail: detail.unverified };
}
