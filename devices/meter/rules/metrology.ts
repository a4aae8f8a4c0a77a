/** Bounded decisions of the metrology board. Each is replaceable by a defect. */

export interface RegistrationQuestion {
  /** The meter's own error at full load and its change towards no load. */
  readonly basePpm: number;
  readonly slopePpm: number;
  readonly currentMilliAmps: number;
  readonly classCurrentMilliAmps: number;
}

/** Registration error at a load, ppm of the true energy. MNT-03, MNT-04 */
export function registrationErrorPpm(question: RegistrationQuestion): number {
  const load = Math.min(1, question.currentMilliAmps / question.classCurrentMilliAmps);
  return question.basePpm + question.slopePpm * (1 - load);
}

/** What the meter registers with voltage and without current, mW: nothing, or it creeps. */
export function creepMilliWatts(): number {
  return 0;
}

/** Whether the test LED pulses at this load. MNT-03 */
export function pulsesEmitted(_currentMilliAmps: number): boolean {
  return true;
}
