import { formatQuantity } from '../../devices/domain/quantity.ts';
import type { Reading } from '../../rigs/port/observation.ts';
import type { Limits } from '../plan/plan.ts';
import { marginOf } from './finding.ts';
import type { Finding } from './finding.ts';

/** What a decision rule says of a number at its limits. */
export interface Decision {
  readonly verdict: 'pass' | 'conditional pass' | 'conditional fail' | 'fail' | 'inconclusive';
  readonly margin: number | null;
  readonly reason: string;
}

/**
 * Decides by the rule that the limits name (ISO/IEC 17025 7.8.6 wants it stated).
 * - simple acceptance: w = 0; a value on the limit is inside.
 * - guard band after ILAC-G8:09/2019 with w = U: non-binary, so that each of the four words says
 *   on which side of the limit and whether inside the band of the expanded uncertainty.
 */
export function decide(reading: Reading, limits: Limits): Decision {
  const margin = marginOf(reading.value, limits);
  if (margin === null) return { verdict: 'pass', margin, reason: 'recorded, no limit' };
  const coarse = tooCoarse(reading, limits);
  const spread = Math.max(reading.expandedUncertainty, reading.resolution);
  // A value that lies outside by more than the instrument can be wrong is outside for any instrument.
  if (coarse !== null && margin >= -spread)
    return { verdict: 'inconclusive', margin, reason: coarse };
  const verdict = RULES[limits.rule](margin, reading.expandedUncertainty);
  return { verdict, margin, reason: describe(reading, limits, verdict) };
}

const RULES: Readonly<Record<Limits['rule'], (margin: number, u: number) => Decided>> = {
  'simple acceptance': (margin) => (margin >= 0 ? 'pass' : 'fail'),
  'guard band': (margin, u) => {
    if (margin >= u) return 'pass';
    if (margin >= 0) return 'conditional pass';
    return margin >= -u ? 'conditional fail' : 'fail';
  },
};

type Decided = Exclude<
  Finding['verdict'],
  'inapplicable' | 'inconclusive' | 'invalid' | 'aborted' | 'error'
>;

/** Why an instrument cannot decide a limit that is meant to be decided more finely; null if it can. */
function tooCoarse(reading: Reading, { resolution, unit }: Limits): string | null {
  if (resolution === null) return null;
  const { expandedUncertainty: u } = reading;
  if (reading.resolution <= resolution && u <= resolution) return null;
  const probe = unit === 'ns' ? 'needs the 1 Hz clock output' : 'needs a finer instrument';
  return (
    `the limit is to be decided to ${formatQuantity({ value: resolution, unit })}, but the reading ` +
    `resolves ${formatQuantity({ value: short(reading.resolution), unit })} with ` +
    `U = ${formatQuantity({ value: short(u), unit })}: ${probe}`
  );
}

/** Two digits are all that an uncertainty has to say (GUM 7.2.6). */
function short(value: number): number {
  return Number(value.toPrecision(2));
}

function describe(reading: Reading, limits: Limits, verdict: Decided): string {
  const side = verdict === 'pass' || verdict === 'conditional pass' ? 'inside' : 'outside';
  const band = verdict.startsWith('conditional') ? ', within U of the limit' : '';
  return `${reading.name} is ${side} its limits by ${limits.rule}${band}`;
}
