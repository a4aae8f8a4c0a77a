/** Bounded decisions of registers and of the meter as a whole. Each is replaceable by a defect. */

/** Whether the demand of an interval may become a maximum: not when part of it was no metering. */
export function demandCounted(allInMeteringMode: boolean): boolean {
  return allInMeteringMode;
}

/** Whether a demand takes the place of the maximum: the first of equals stays. */
export function maximumReplaced(watts: number, maximumWatts: number): boolean {
  return watts > maximumWatts;
}

/** Whether the self test of procedure 11 finds all in order. */
export function selfTestPassed(): boolean {
  return true;
}
