import { Int32Histogram } from 'hdr-histogram-js';
import type { Latency } from '../journal/tally-result.ts';
import type { Threshold } from '../plan/plan.ts';

const SIGNIFICANT_DIGITS = 3;

/**
 * A statistic of numbers in ascending order; null when there are none.
 * Percentiles are by nearest rank: a number that was seen, so that a bound is met or it is not.
 */
export function statisticOf(
  sorted: Float64Array,
  statistic: Exclude<Threshold['statistic'], 'count'>,
): number | null {
  if (sorted.length === 0) return null;
  if (typeof statistic === 'object') return percentileOf(sorted, statistic.percentile);
  switch (statistic) {
    case 'min':
      return sorted[0] ?? null;
    case 'max':
      return sorted.at(-1) ?? null;
    case 'med':
      return percentileOf(sorted, 50);
    case 'avg':
      return sumOf(sorted) / sorted.length;
  }
}

/** The sum of numbers; in a fixed order, because additions of doubles do not commute. */
export function sumOf(sorted: Float64Array): number {
  return sorted.reduce((sum, value) => sum + value, 0);
}

/** What is told of durations in ascending order; null when there are none. */
export function latencyOf(sorted: Float64Array): Latency | null {
  const [minimumNs, maximumNs] = [sorted[0], sorted.at(-1)];
  if (minimumNs === undefined || maximumNs === undefined) return null;
  return {
    samples: sorted.length,
    minimumNs,
    p50Ns: percentileOf(sorted, 50),
    p95Ns: percentileOf(sorted, 95),
    p99Ns: percentileOf(sorted, 99),
    maximumNs,
    histogram: histogramOf(sorted, maximumNs),
  };
}

function percentileOf(sorted: Float64Array, percentile: number): number {
  const rank = Math.max(1, Math.ceil((percentile / 100) * sorted.length));
  return sorted[rank - 1] ?? 0;
}

function histogramOf(sorted: Float64Array, maximumNs: number): Latency['histogram'] {
  const histogram = new Int32Histogram(1, Number.MAX_SAFE_INTEGER, SIGNIFICANT_DIGITS);
  // Two observers of one instant may differ by a little in wall time; below zero there is no bucket.
  for (const value of sorted) histogram.recordValue(Math.max(0, Math.round(value)));
  const pairs: (readonly [number, number])[] = [];
  const buckets = histogram.recordedValuesIterator;
  buckets.reset();
  while (buckets.hasNext()) {
    const { valueIteratedTo, countAddedInThisIterationStep: count } = buckets.next();
    pairs.push([Math.min(valueIteratedTo, Math.max(0, maximumNs)), count]);
  }
  return pairs;
}
