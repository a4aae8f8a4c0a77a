import { at, clockUtcSeconds, isSet } from '../../clock.ts';
import { FLAG, type Meters } from '../../columns.ts';
import { registerPulsesAt } from '../../intervals.ts';
import { registeredPulses } from '../../registers.ts';
import { wattHours } from '../tables/registers.ts';

/** Delivered energy as all faces show it. */

/** Pulses of the register: counted on a bench, reckoned from consumption in a fleet. */
function presentPulses(meters: Meters, row: number, nowNs: number): number {
  if (meters.loadProfile !== null || meters.module === null) {
    return registeredPulses(meters, row, nowNs);
  }
  return registerPulsesAt(meters, row, clockUtcSeconds(meters, row, nowNs));
}

export function deliveredWattHours(meters: Meters, row: number, nowNs: number): number {
  return wattHours(presentPulses(meters, row, nowNs), meters.profile.khWattHours);
}

/** Power as it is registered, W. */
export function presentWatts(meters: Meters, row: number): number {
  if (!isSet(meters, row, FLAG.energised)) return 0;
  return Math.round(at(meters.registeredMilliWatts, row) / 1000);
}

/** Nominal while there are mains: the model's meters measure no voltage. */
export function presentVolts(meters: Meters, row: number): number {
  return isSet(meters, row, FLAG.energised) ? meters.profile.voltageMilliVolts / 1000 : 0;
}
