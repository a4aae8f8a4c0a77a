import type { ModeName } from '../end-device-columns.ts';

/** Bounded decisions of registers and of the meter as a whole. Each is replaceable by a defect. */

const MINUTES_AN_HOUR = 60;

/** Whether the demand of an interval may become a maximum: not when part of it was no metering. */
export function demandCounted(allInMeteringMode: boolean): boolean {
  return allInMeteringMode;
}

/** Whether a demand takes the place of the maximum: the first of equals stays. */
export function maximumReplaced(watts: number, maximumWatts: number): boolean {
  return watts > maximumWatts;
}

/** Whether a length of demand intervals is taken over: whole ones fill an hour. */
export function demandLengthAccepted(minutes: number): boolean {
  return minutes > 0 && MINUTES_AN_HOUR % minutes === 0;
}

/** Whether the port may bring the meter into a mode: that of the factory is the maker's alone. */
export function modeAllowed(mode: ModeName): boolean {
  return mode !== 'factory';
}

/** Whether the self test of procedure 11 finds all in order. */
export function selfTestPassed(): boolean {
  return true;
}
