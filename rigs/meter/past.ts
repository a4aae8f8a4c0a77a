import type { Meters } from '../../devices/meter/columns.ts';
import { step } from '../../devices/meter/step.ts';
import { type MeterSink, WAKE } from '../../devices/meter/input.ts';

/** Load of a served meter, so that its registers move: 5 A. */
export const SERVED_MILLI_AMPS = 5_000;

/** What was said in the past was heard by nobody who still listens. */
const UNHEARD: MeterSink = { say: () => undefined };

/**
 * Gives a meter a past: mains and load from an instant until now, so that what it has recorded is there
 * when it is first called.
 */
export function livePast(meters: Meters, row: number, fromNs: number, nowNs: number): void {
  const milliWatts = (meters.profile.voltageMilliVolts * SERVED_MILLI_AMPS) / 1e3;
  step(meters, row, fromNs, { kind: 'mains', energised: true }, UNHEARD);
  const load = { kind: 'load', milliWatts, currentMilliAmps: SERVED_MILLI_AMPS } as const;
  step(meters, row, fromNs, load, UNHEARD);
  step(meters, row, nowNs, WAKE, UNHEARD);
}
