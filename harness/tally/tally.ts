import type { Observation } from '../../rigs/port/observation.ts';
import type { TallyResult } from '../journal/tally-result.ts';
import type { Anchor } from '../plan/plan.ts';

/** Up to so many meters every observation is journaled, and the judge makes the tallies from them. */
export const JOURNALED_METERS = 1_000;

/** An observation as a tally takes it in. */
export interface Heard {
  /** Line of the journal that holds it; 0 when none does. */
  readonly seq: number;
  /** Bench time at which it was made. */
  readonly atNs: number;
  /** The step that ran. */
  readonly step: string | null;
  readonly observation: Observation;
}

/**
 * An expectation over a group of meters as a reducer: what is fed may come in any order and in parts
 * that are merged, the result is the same.
 */
export interface Tally {
  /** Instants that windows count from; without them only the result must wait. */
  readonly anchors: readonly Anchor[];
  /** Tells an instant of the case; also after observations that it concerns. */
  mark(anchor: Anchor, atNs: number): void;
  feed(heard: Heard): void;
  /** Takes over what a tally of the same expectation saw. */
  merge(other: Tally): void;
  result(): TallyResult;
  /** Lines of the journal on which the result rests: of the violators that are told, and of the
   * first and the last meter that fulfils. */
  cited(): readonly number[];
}
