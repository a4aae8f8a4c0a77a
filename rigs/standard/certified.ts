import type { InstrumentDescription } from '../driver/instrument-block.ts';

/** Coverage factor of a certificate that names none. */
const USUAL_COVERAGE_FACTOR = 2;

/** Expanded uncertainty of energy by the certificate in the rig file; 0 ppm where it gives none. */
export function certifiedUncertainty(instrument: InstrumentDescription | null): {
  readonly uncertaintyPpm: number;
  readonly coverageFactor: number;
} {
  const uncertainty = instrument?.uncertainty ?? null;
  return {
    uncertaintyPpm: uncertainty?.unit === 'ppm' ? uncertainty.expanded : 0,
    coverageFactor: uncertainty?.coverageFactor ?? USUAL_COVERAGE_FACTOR,
  };
}
