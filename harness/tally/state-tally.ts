import type { Fault } from '../journal/tally-result.ts';
import type { PlannedCase, PlannedExpectation } from '../plan/plan.ts';
import { ExpressionError, fieldsIn, rowExpression } from '../scenario/expression.ts';
import type { SnapshotRow } from '../../rigs/port/fleet.ts';
import { GroupTally } from './group-tally.ts';
import type { GroupView } from './group-tally.ts';
import type { Members } from './members.ts';
import type { Heard, Tally } from './tally.ts';

type Kinds = PlannedExpectation['kind'];
type Expected<K extends Kinds> = Extract<PlannedExpectation, { readonly kind: K }>;

/** What one observation says of one meter. */
interface Told {
  readonly meter: string;
  /** Null when it is as it should be. */
  readonly fault: Fault | null;
  readonly why: string;
}

/** Bits of a meter's state: it was told of as it should be, and against it, one for each fault. */
const RIGHT = 1;

/** What a kind of expectation reads out of observations, and which fault stands for silence. */
export interface StateReader {
  /** In the order in which one goes before another when a meter has several. */
  readonly faults: readonly Fault[];
  readonly silence: Fault;
  read(heard: Heard): readonly Told[];
}

/** How meters stand: each was told of, as it should be, and never otherwise. */
export class StateTally extends GroupTally {
  readonly #reader: StateReader;
  readonly #states: Uint8Array;
  /** The last line that told of a meter. */
  readonly #lines: Uint32Array;
  /** Why, for each row with a fault; of several the first in the order of the alphabet. */
  readonly #reasons = new Map<number, string>();

  constructor(members: Members, reader: StateReader) {
    super(members, []);
    this.#reader = reader;
    this.#states = new Uint8Array(members.count);
    this.#lines = new Uint32Array(members.count);
  }

  feed(heard: Heard): void {
    for (const { meter, fault, why } of this.#reader.read(heard)) {
      const row = this.members.rowOf(meter);
      if (row < 0) continue;
      const bit = fault === null ? RIGHT : RIGHT << (1 + this.#reader.faults.indexOf(fault));
      this.#add(row, bit, heard.seq);
      if (fault !== null) this.#explain(row, why);
    }
  }

  protected absorb(other: Tally): void {
    if (!(other instanceof StateTally)) throw new TypeError('tallies of two kinds');
    for (const [row, state] of other.#states.entries()) {
      this.#add(row, state, other.#lines[row] ?? 0);
    }
    for (const [row, why] of other.#reasons) this.#explain(row, why);
  }

  protected view(): GroupView {
    return { outcomeOf: (row) => this.#outcomeOf(row), columns: this.#states };
  }

  #outcomeOf(row: number) {
    const state = this.#states[row] ?? 0;
    const lines = [this.#lines[row] ?? 0];
    const { faults, silence } = this.#reader;
    if (state === 0) return { fault: silence, why: 'nothing was told of it', values: [], lines };
    const fault = faults.find((_, place) => (state & (RIGHT << (1 + place))) !== 0) ?? null;
    return { fault, why: this.#reasons.get(row) ?? '', values: [], lines };
  }

  #add(row: number, state: number, line: number): void {
    this.#states[row] = (this.#states[row] ?? 0) | state;
    this.#lines[row] = Math.max(this.#lines[row] ?? 0, line);
  }

  #explain(row: number, why: string): void {
    const known = this.#reasons.get(row);
    if (known === undefined || why < known) this.#reasons.set(row, why);
  }
}

/** Each meter's answer to a step: accepted or refused, as it should be. */
export function answerReader({ step, accepted }: Expected<'answer'>): StateReader {
  const wrong = accepted ? 'refused' : 'accepted';
  return {
    faults: [wrong],
    silence: 'no answer',
    read: ({ observation, step: within }) => {
      if (observation.kind !== 'answer' || within !== step) return [];
      const { meter, detail } = observation;
      const fault = observation.accepted === accepted ? null : wrong;
      return [{ meter, fault, why: detail }];
    },
  };
}

/** Each meter's row of a snapshot, of which something must be true. */
export function snapshotReader(
  { snapshot, holds }: Expected<'snapshot'>,
  { parameters }: PlannedCase,
): StateReader {
  const isTrue = rowExpression(holds, parameters);
  const named = fieldsIn(holds);
  return {
    faults: ['does not hold', 'not evaluable'],
    silence: 'no row',
    read: ({ observation }) => {
      if (observation.kind !== 'snapshot' || observation.name !== snapshot) return [];
      return observation.rows.map((row) => readRow(row, isTrue, named));
    },
  };
}

function readRow(
  { meter, fields }: SnapshotRow,
  isTrue: ReturnType<typeof rowExpression>,
  named: ReturnType<typeof fieldsIn>,
): Told {
  try {
    if (isTrue(fields)) return { meter, fault: null, why: '' };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { meter, fault: 'not evaluable', why: error.message };
  }
  const shown = named.map(([source, field]) => {
    const value = (fields as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[source];
    return `${source}.${field} = ${JSON.stringify(value?.[field])}`;
  });
  return { meter, fault: 'does not hold', why: shown.join(', ') };
}
