import type { Unit } from '../../devices/domain/quantity.ts';
import type { ExpectationKind, Limits, PlannedExpectation } from '../plan/plan.ts';
import { VERDICT_WORDS } from './verdict.ts';
import type { LimitValue, Verdict } from './verdict.ts';

/** What one expectation came to: a verdict without its scenario, case, bench and requirement. */
export type Finding = Pick<
  Verdict,
  'verdict' | 'blame' | 'measured' | 'limit' | 'margin' | 'reason' | 'evidence'
>;

/** Expectations by their kind. */
export type ExpectationOf<K extends ExpectationKind> = Extract<
  PlannedExpectation,
  { readonly kind: K }
>;

/** A finding without a number, with whatever is known beyond verdict, reason and evidence. */
export function finding(
  verdict: Finding['verdict'],
  reason: string,
  evidence: readonly number[],
  more: Partial<Finding> = {},
): Finding {
  return {
    verdict,
    blame: verdict === 'fail' || verdict === 'conditional fail' ? 'dut' : null,
    measured: null,
    limit: null,
    margin: null,
    reason,
    evidence: [...new Set(evidence)].sort((a, b) => a - b),
    ...more,
  };
}

/** A limit as a verdict carries it: with its origin in words. */
export function limitValue(
  limits: Pick<Limits, 'minimum' | 'maximum' | 'unit' | 'origin'>,
): LimitValue {
  const { minimum, maximum, unit, origin } = limits;
  const isDefault = origin.kind === 'default';
  return { minimum, maximum, unit, origin: ORIGINS[origin.kind] + origin.name, default: isDefault };
}

const ORIGINS: Readonly<Record<Limits['origin']['kind'], string>> = {
  requirement: 'requirement ',
  class: 'class: ',
  user: 'user: ',
  default: '',
};

/** The limits that a tolerance of the scenario draws round the value that something must have. */
export function toleranceLimit(
  centre: number,
  tolerance: number,
  unit: Unit,
  of: string | null = null,
): LimitValue {
  const origin =
    of === null ? 'tolerance in the scenario' : `${of} and its tolerance in the scenario`;
  const [minimum, maximum] = [centre - tolerance, centre + tolerance];
  return { minimum, maximum, unit, origin, default: false };
}

/** How far inside (positive) or outside (negative) the nearest bound; null without a bound. */
export function marginOf(value: number, limit: Pick<Limits, 'minimum' | 'maximum'>): number | null {
  const distances: number[] = [];
  if (limit.minimum !== null) distances.push(value - limit.minimum);
  if (limit.maximum !== null) distances.push(limit.maximum - value);
  return distances.length === 0 ? null : Math.min(...distances);
}

/**
 * The decisive one of several: the worst verdict, and among equals the one with the least margin
 * in proportion to its limit.
 */
export function decisive<T extends Finding>(findings: readonly [T, ...T[]]): T {
  return findings.reduce((worst, next) => (isWorse(next, worst) ? next : worst));
}

/**
 * Findings that decide together: the decisive one, and for a pass the evidence of all, because it
 * rests on every one of them.
 */
export function together(first: Finding, others: readonly Finding[]): Finding {
  const all = [first, ...others] as const;
  const found = decisive(all);
  if (found.verdict !== 'pass') return found;
  const evidence = new Set(all.flatMap((one) => one.evidence));
  return { ...found, evidence: [...evidence].sort((a, b) => a - b) };
}

/** Whether there is at least one; for lists that the compiler cannot count. */
export function isNonEmpty<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}

function isWorse(next: Finding, worst: Finding): boolean {
  const rank = VERDICT_WORDS.indexOf(next.verdict) - VERDICT_WORDS.indexOf(worst.verdict);
  return rank === 0 ? relativeMargin(next) < relativeMargin(worst) : rank > 0;
}

/**
 * The margin in proportion to its limit: 1 in the middle of what is allowed, 0 on the limit,
 * negative outside; infinite without a limit.
 */
export function relativeMargin({ margin, limit }: Pick<Finding, 'margin' | 'limit'>): number {
  if (margin === null || limit === null) return Number.POSITIVE_INFINITY;
  const { minimum, maximum } = limit;
  const width =
    minimum !== null && maximum !== null
      ? (maximum - minimum) / 2
      : Math.abs(maximum ?? minimum ?? 0);
  return width === 0 ? Math.sign(margin) * Number.MAX_VALUE : margin / width;
}
