import type { Observation } from '../../rigs/port/observation.ts';
import type { EntryBody } from '../journal/entry.ts';
import type { Anchor, PlannedCase } from '../plan/plan.ts';
import { createTally } from '../tally/create-tally.ts';
import type { Tally } from '../tally/tally.ts';

/** Observations of single meters: of a large fleet they are counted, not kept. */
const COUNTED: ReadonlySet<Observation['kind']> = new Set([
  'message',
  'alarm',
  'northbound-heard',
  'snapshot',
  'answer',
]);

/** Stands in for the journal in a case of a large fleet: reduces what it would hold. */
export class CaseTallies {
  readonly #case: string;
  readonly #tallies: readonly { readonly expectation: string; readonly tally: Tally }[];

  constructor(planned: PlannedCase) {
    this.#case = planned.key;
    this.#tallies = planned.expectations.flatMap((expectation) => {
      const tally = createTally(planned, expectation);
      return tally === null ? [] : [{ expectation: expectation.id, tally }];
    });
  }

  mark(anchor: Anchor, atNs: number): void {
    for (const { tally } of this.#tallies) tally.mark(anchor, atNs);
  }

  /** @returns whether it was taken in, so that the journal need not hold it */
  feed(observation: Observation, step: string | null, atNs: number): boolean {
    if (!COUNTED.has(observation.kind)) return false;
    for (const { tally } of this.#tallies) tally.feed({ seq: 0, atNs, step, observation });
    return true;
  }

  /** What the tallies came to, as lines of the journal. */
  entries(): readonly EntryBody[] {
    return this.#tallies.map(({ expectation, tally }) => ({
      kind: 'tally',
      case: this.#case,
      expectation,
      result: tally.result(),
    }));
  }
}
