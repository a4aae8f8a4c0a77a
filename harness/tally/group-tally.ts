import { sha256 } from '../journal/hash.ts';
import { OPEN_FAULTS } from '../journal/tally-result.ts';
import type { Fault, TallyResult, Violator } from '../journal/tally-result.ts';
import type { Anchor } from '../plan/plan.ts';
import { CaseInstants } from './case-instants.ts';
import type { Members } from './members.ts';
import { latencyOf } from './statistics.ts';
import type { Heard, Tally } from './tally.ts';

/** What one meter came to. */
export interface Outcome {
  /** Null when it fulfils what is expected. */
  readonly fault: Fault | null;
  readonly why: string;
  /** What the meter adds to the numbers of the group. */
  readonly values: readonly number[];
  /** Lines of the journal on which it rests. */
  readonly lines: readonly number[];
}

/** The whole group at one glance: what each meter came to, and the bytes that it was made from. */
export interface GroupView {
  outcomeOf(row: number): Outcome;
  readonly columns: Uint8Array;
}

const VIOLATORS_TOLD = 100;

/** What tallies of every kind have in common; a kind says what it keeps and how one meter is judged. */
export abstract class GroupTally implements Tally {
  readonly anchors: readonly Anchor[];
  protected readonly members: Members;
  protected readonly instants = new CaseInstants();

  constructor(members: Members, anchors: readonly Anchor[]) {
    this.members = members;
    this.anchors = anchors;
  }

  abstract feed(heard: Heard): void;
  protected abstract absorb(other: Tally): void;
  protected abstract view(): GroupView;

  mark(anchor: Anchor, atNs: number): void {
    this.instants.mark(anchor, atNs);
  }

  merge(other: Tally): void {
    if (other instanceof GroupTally) this.instants.absorb(other.instants);
    this.absorb(other);
  }

  result(): TallyResult {
    const view = this.view();
    const faults: Partial<Record<Fault, number>> = {};
    const decided: Violator[] = [];
    const open: Violator[] = [];
    const values: number[] = [];
    let fulfilled = 0;
    for (let row = 0; row < this.members.count; row++) {
      const { fault, why, values: own } = view.outcomeOf(row);
      for (const value of own) values.push(value);
      if (fault === null) {
        fulfilled++;
        continue;
      }
      faults[fault] = (faults[fault] ?? 0) + 1;
      const list = isOpen(fault) ? open : decided;
      if (list.length < VIOLATORS_TOLD) {
        list.push({ meter: this.members.serialOf(row), fault, why });
      }
    }
    const sorted = Float64Array.from(values).sort();
    return {
      meters: this.members.count,
      fulfilled,
      faults,
      violators: [...decided, ...open].slice(0, VIOLATORS_TOLD),
      latency: this.hasDurations() ? latencyOf(sorted) : null,
      statistic: this.statistic(sorted),
      hash: sha256(view.columns),
    };
  }

  cited(): readonly number[] {
    const view = this.view();
    const lines = new Set<number>();
    const told = { decided: 0, open: 0 };
    let first: Outcome | null = null;
    let last: Outcome | null = null;
    for (let row = 0; row < this.members.count; row++) {
      const outcome = view.outcomeOf(row);
      if (outcome.fault === null) {
        first ??= outcome;
        last = outcome;
        continue;
      }
      const kind = isOpen(outcome.fault) ? 'open' : 'decided';
      if (++told[kind] <= VIOLATORS_TOLD) for (const line of outcome.lines) lines.add(line);
    }
    for (const outcome of [first, last]) for (const line of outcome?.lines ?? []) lines.add(line);
    lines.delete(0);
    return [...lines].sort((a, b) => a - b);
  }

  /** Whether the values of the meters are durations in ns. */
  protected hasDurations(): boolean {
    return false;
  }

  protected statistic(_sorted: Float64Array): number | null {
    return null;
  }
}

function isOpen(fault: Fault): boolean {
  return OPEN_FAULTS.some((open) => open === fault);
}
