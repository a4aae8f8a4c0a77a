import { drawBetween, drawFraction } from '../domain/chance.ts';
import type { Meters } from './columns.ts';

/** What a household takes, as a function of (seed, meter, time): nothing is stored for it. */

const DRAW = { watts: 5, phase: 6 } as const;
const WATTS = { least: 300, most: 1_500 } as const;
/** How far a day's power is above and below its mean. */
const DAILY_SWING = 0.6;
const DAY_SECONDS = 86_400;
const TURN = 2 * Math.PI;

/**
 * Pulses (Kh) taken since 1970 if mains had always been there: a mean power and one wave a day.
 * Whole and never falling, so that differences add up exactly. RD-01
 */
export function consumedPulses(meters: Meters, row: number, utcSeconds: number): number {
  const index = meters.firstIndex + row;
  const watts = drawBetween(meters.seed, index, DRAW.watts, WATTS.least, WATTS.most);
  const phase = TURN * drawFraction(meters.seed, index, DRAW.phase);
  const angle = (TURN * (utcSeconds % DAY_SECONDS)) / DAY_SECONDS;
  const waveSeconds =
    (DAILY_SWING * DAY_SECONDS * (Math.cos(phase) - Math.cos(angle + phase))) / TURN;
  return Math.floor((watts * (utcSeconds + waveSeconds)) / 3600 / meters.profile.khWattHours);
}
