/**
 * The head-end's clock, which meters follow: true time plus a skew that an operator can set, so
 * that a test can tell whether the meter follows the head-end or its own surroundings. CLK-06
 */
export interface HeadEndClock {
  readonly skewNs: number;
}

/** What the head-end's clock shows when true time stands at `trueNs` (same zero). */
export function headEndClockNs(clock: HeadEndClock, trueNs: number): number {
  return trueNs + clock.skewNs;
}
