/**
 * What was found wrong with a meter of a group. A meter counts once, under the first fault that
 * holds.
 */
export const FAULTS = [
  'missing',
  'late',
  'early',
  'too many',
  'wrong pair',
  'seen',
  'does not hold',
  'accepted',
  'refused',
  'lost',
  'duplicate',
  'out of order',
] as const;
/** Nobody can say of such a meter whether it fulfils what is expected: the question stays open. */
export const OPEN_FAULTS = [
  'not listening',
  'no control',
  'no row',
  'not evaluable',
  'no answer',
  'not said',
  'no alarm',
] as const;

export type OpenFault = (typeof OPEN_FAULTS)[number];
export type Fault = (typeof FAULTS)[number] | OpenFault;

export interface Violator {
  readonly meter: string;
  readonly fault: Fault;
  /** In words: what came instead, and when. */
  readonly why: string;
}

/** Durations over all meters of a group; percentiles are exact, by nearest rank. */
export interface Latency {
  readonly samples: number;
  readonly minimumNs: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly p99Ns: number;
  readonly maximumNs: number;
  /** [up to this value, count] in ascending order, to three significant digits. */
  readonly histogram: readonly (readonly [valueNs: number, count: number])[];
}

/** What an expectation over a group came to, as numbers: all that is kept of a large fleet. */
export interface TallyResult {
  readonly meters: number;
  readonly fulfilled: number;
  /** Meters by fault; with `fulfilled` they add up to `meters`. */
  readonly faults: Readonly<Partial<Record<Fault, number>>>;
  /** The first hundred, in the order of the meters, the decided faults before the open ones. */
  readonly violators: readonly Violator[];
  /** Null when the expectation is about no durations, or none was seen. */
  readonly latency: Latency | null;
  /** The number that a threshold is about, in its metric's unit; null without a sample. */
  readonly statistic: number | null;
  /** SHA-256 of the columns that this was made from, in a fixed order. */
  readonly hash: string;
}
