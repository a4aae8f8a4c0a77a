/** Bounded decisions of the module about the meter's clock. Each is replaceable by a defect. */

export type ClockSyncDecision = 'ignore' | 'correct' | 'alarm';

export interface ClockSyncQuestion {
  readonly enabled: boolean;
  /** Meter minus reference, in whole ticks of the meter's clock, as a duration. */
  readonly deviationMs: number;
  readonly lowerMs: number;
  readonly upperMs: number;
}

/**
 * Inside the closed band [lower, upper] the clock is corrected, above it an alarm goes out and
 * the clock is left alone, below it nothing happens; both signs alike.
 * CLK-01, CLK-02, CLK-03, CLK-04, CLK-05 (source 001:107-111)
 */
export function clockSyncDecision(question: ClockSyncQuestion): ClockSyncDecision {
  if (!question.enabled) return 'ignore';
  const deviationMs = Math.abs(question.deviationMs);
  if (deviationMs < question.lowerMs) return 'ignore';
  if (deviationMs > question.upperMs) return 'alarm';
  return 'correct';
}

/** Where a correction puts the clock, given the reference at that instant. CLK-01, CLK-09 */
export function correctedClockNs(referenceNs: number): number {
  return referenceNs;
}

/** The deviation that the alarm reports. CLK-02 */
export function reportedDeviationNs(deviationNs: number): number {
  return deviationNs;
}

/** Whether a pair of bounds is taken over. CLK-06 */
export function clockBoundsAccepted(lowerMs: number, upperMs: number): boolean {
  return lowerMs <= upperMs;
}

/** The reference that the module follows: what the head-end's clock said, not its own idea. CLK-06 */
export function followedReferenceNs(headEndNs: number, _hostNs: number): number {
  return headEndNs;
}

/** C12.19 event codes that a correction logs: time changed, old stamp (3) and new stamp (4). CLK-07 */
export function correctionEvents(): readonly number[] {
  return [3, 4];
}

/** Whether the interval in which a correction happens carries a clock flag. CLK-07 */
export function correctionFlagsInterval(): boolean {
  return true;
}

/**
 * What happens to an interval whose start the clock is set back over: it goes on ("extend") or a
 * second one with the same end is begun ("repeat"). CLK-08
 */
export function intervalSetBack(): 'extend' | 'repeat' {
  return 'extend';
}

/** What happens to an interval whose end the clock is set forward over. CLK-08 */
export function intervalSetForward(): 'close' | 'drop' {
  return 'close';
}
