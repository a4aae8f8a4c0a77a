import type { Latency } from '../../../harness/journal/tally-result.ts';

/** How numbers lie: all that a chart says of many meters. */
export type Spread = Pick<
  Latency,
  'samples' | 'minimumNs' | 'p50Ns' | 'p95Ns' | 'p99Ns' | 'maximumNs'
>;

/** Numbers by nearest rank, as a tally has them (one that was seen); null when there are none. */
export function spreadOf(sorted: readonly number[]): Spread | null {
  const [minimumNs, maximumNs] = [sorted[0], sorted.at(-1)];
  if (minimumNs === undefined || maximumNs === undefined) return null;
  const rank = (percent: number): number =>
    sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? maximumNs;
  const [p50Ns, p95Ns, p99Ns] = [rank(50), rank(95), rank(99)];
  return { samples: sorted.length, minimumNs, p50Ns, p95Ns, p99Ns, maximumNs };
}
