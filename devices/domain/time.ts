/** Time units and the names of the clocks between which this project tells apart. */

export const NS_PER_MS = 1_000_000;
export const NS_PER_S = 1_000_000_000;
export const NS_PER_MINUTE = 60 * NS_PER_S;
export const MS_PER_S = 1_000;

/** Whose clock gave an instant. Two instants of different clocks are never subtracted silently. */
export type ClockName = 'bench' | 'meter' | 'head-end' | 'host';

/** An instant with the clock that gave it; nanoseconds since that clock's zero. */
export interface Instant {
  readonly clock: ClockName;
  readonly ns: number;
}
