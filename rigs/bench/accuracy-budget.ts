import { deviationOf } from '../../devices/domain/spread.ts';
import type { Comparison, ReferenceStandard } from '../port/instrument.ts';
import { instabilityPpm, type Spread } from './stability.ts';
import type { BudgetLine } from './uncertainty.ts';

/** How a standard's reading follows the temperature, from the rig file, and what it was. */
export interface Warmth {
  readonly celsius: number;
  /** Expanded uncertainty of the probe, k = 2. */
  readonly uncertaintyKelvin: number;
  readonly referenceCelsius: number;
  readonly coefficientPpmPerKelvin: number;
}

/** What the budget of a comparison is made from. */
export interface Compared {
  readonly standard: Pick<ReferenceStandard, 'uncertaintyPpm' | 'coverageFactor'>;
  /** The repeats, at least two. */
  readonly comparisons: readonly Comparison[];
  /** Of each gate. */
  readonly spreads: readonly (readonly Spread[])[];
  /** Null where no coefficient is declared or nothing measures the temperature. */
  readonly warmth: Warmth | null;
}

/** A bound says all that is known of it: rectangular lines have degrees of freedom without end. */
const KNOWN = Number.POSITIVE_INFINITY;

/** The lines of the budget of the mean error, ppm (GUM 4.3; 4.2.3 for the repeats). */
export function accuracyBudget(compared: Compared): readonly BudgetLine[] {
  const { standard, comparisons, spreads, warmth } = compared;
  const errors = comparisons.map(({ errorPpm }) => errorPpm);
  const resolutionPpm = Math.max(...comparisons.map((comparison) => comparison.resolutionPpm));
  const scatter = (deviationOf(errors) ?? 0) / Math.sqrt(errors.length);
  return [
    known('reference standard, certificate', standard.uncertaintyPpm / standard.coverageFactor),
    known('resolution of the result', resolutionPpm / Math.sqrt(12)),
    ...countLine(comparisons),
    {
      source: 'repeatability s/sqrt(n)',
      standardUncertainty: scatter,
      degreesOfFreedom: errors.length - 1,
    },
    known('movement of the source in a gate', Math.max(...spreads.map(instabilityPpm))),
    ...(warmth === null ? [] : [known('temperature of the standard', warmthPpm(warmth))]),
  ];
}

/** A gate on the meter's pulses is open for whole counts of the standard: plus or minus one. */
function countLine(comparisons: readonly Comparison[]): readonly BudgetLine[] {
  const shares = comparisons.flatMap(({ countMilliWattHours, referenceMilliWattHours }) =>
    countMilliWattHours === undefined ? [] : (countMilliWattHours / referenceMilliWattHours) * 1e6,
  );
  if (shares.length === 0) return [];
  return [known('one count of the reference', Math.max(...shares) / Math.sqrt(3))];
}

function warmthPpm(warmth: Warmth): number {
  const away = Math.abs(warmth.celsius - warmth.referenceCelsius) + warmth.uncertaintyKelvin;
  return (away * warmth.coefficientPpmPerKelvin) / Math.sqrt(3);
}

function known(source: string, standardUncertainty: number): BudgetLine {
  return { source, standardUncertainty, degreesOfFreedom: KNOWN };
}
