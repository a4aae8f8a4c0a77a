import type { RigSafe } from '../journal/entry.ts';
import type { Unit } from '../../devices/domain/quantity.ts';
import type { Blame } from '../../rigs/port/bench.ts';
import type { SourcePosition } from '../plan/plan.ts';

/** The words of a verdict, from best to worst within one requirement. */
export const VERDICT_WORDS = [
  'inapplicable',
  'pass',
  'conditional pass',
  'inconclusive',
  'conditional fail',
  'fail',
  'invalid',
  'aborted',
  'error',
] as const;

export type VerdictWord = (typeof VERDICT_WORDS)[number];

/** Words that want a reader's attention, from best to worst. */
export const NON_PASSES: readonly VerdictWord[] = VERDICT_WORDS.filter(
  (word) => !['pass', 'conditional pass', 'inapplicable'].includes(word),
);

export interface MeasuredValue {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  readonly expandedUncertainty: number | null;
}

export interface LimitValue {
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly unit: Unit;
  readonly origin: string;
  /** The bound is ours, not the source's. */
  readonly default: boolean;
}

/** One requirement, decided by one case on one bench. */
export interface Verdict {
  readonly scenario: string;
  readonly case: string;
  readonly bench: string;
  readonly requirement: string;
  readonly verdict: VerdictWord;
  readonly blame: Blame | null;
  readonly measured: MeasuredValue | null;
  readonly limit: LimitValue | null;
  /** How far inside (positive) or outside (negative) the nearest limit, in the limit's unit. */
  readonly margin: number | null;
  readonly reason: string;
  /** Journal lines (seq) on which it rests. */
  readonly evidence: readonly number[];
  /** Where the scenario says the expectation that was decisive; null when there is no single one. */
  readonly source: SourcePosition | null;
}

export interface Judgement {
  readonly exitCode: number;
  readonly verdicts: readonly Verdict[];
  /** `unknown`: the journal has no end, and nobody says that the bench was taken back. */
  readonly rigSafe: RigSafe | 'unknown';
}
