import type { UncertaintySource } from '../port/observation.ts';

/** A line of a budget with how much is known of it; a certificate or a rectangle counts as infinite. */
export interface BudgetLine extends UncertaintySource {
  readonly degreesOfFreedom: number;
}

/** Student's t for a coverage of 95.45 % (GUM, table G.2), by degrees of freedom, ascending. */
const STUDENT_T: readonly (readonly [degreesOfFreedom: number, t: number])[] = [
  [1, 13.97],
  [2, 4.53],
  [3, 3.31],
  [4, 2.87],
  [5, 2.65],
  [6, 2.52],
  [7, 2.43],
  [8, 2.37],
  [9, 2.32],
  [10, 2.28],
  [15, 2.18],
  [20, 2.13],
  [30, 2.09],
  [50, 2.05],
];
/** From here on nobody tells the difference from a normal distribution. */
const MANY = 100;

/** Combined standard uncertainty of independent lines. */
export function combined(lines: readonly UncertaintySource[]): number {
  return Math.hypot(...lines.map((line) => line.standardUncertainty));
}

/**
 * Expands a budget to 95 % coverage: k from the effective degrees of freedom by Welch-Satterthwaite
 * (GUM G.4), cut to the table's next lower row, so that few repeats make k larger and never smaller.
 */
export function expand(lines: readonly BudgetLine[]): {
  readonly expandedUncertainty: number;
  readonly coverageFactor: number;
} {
  const standard = combined(lines);
  const coverageFactor = coverageFactorOf(effectiveDegreesOfFreedom(lines, standard));
  return { expandedUncertainty: Math.ceil(coverageFactor * standard), coverageFactor };
}

function effectiveDegreesOfFreedom(lines: readonly BudgetLine[], standard: number): number {
  const weighted = lines.reduce(
    (sum, line) => sum + line.standardUncertainty ** 4 / line.degreesOfFreedom,
    0,
  );
  return weighted === 0 ? Number.POSITIVE_INFINITY : standard ** 4 / weighted;
}

function coverageFactorOf(degreesOfFreedom: number): number {
  if (degreesOfFreedom >= MANY) return 2;
  const row = STUDENT_T.findLast(([known]) => known <= degreesOfFreedom) ?? STUDENT_T[0];
  return row?.[1] ?? 2;
}
