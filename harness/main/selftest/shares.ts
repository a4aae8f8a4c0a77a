import { drawFraction, seedOf } from '../../../devices/domain/chance.ts';
import type { CleanCase } from './clean-run.ts';

/**
 * How often each case is repeated when the time does not suffice for all with every seed: shares in
 * (0, 1], by key. No case gets more of the time than another one, so the short ones run every time.
 * @param perSeedMs time for one seed on one core
 */
export function sharesOf(
  cases: readonly CleanCase[],
  perSeedMs: number,
): ReadonlyMap<string, number> {
  const byTime = cases.toSorted((one, other) => one.tookMs - other.tookMs);
  let leftMs = perSeedMs;
  let capMs = 0;
  for (const [place, { tookMs }] of byTime.entries()) {
    capMs = leftMs / (byTime.length - place);
    if (tookMs > capMs) break;
    leftMs -= tookMs;
    capMs = Number.POSITIVE_INFINITY;
  }
  return new Map(cases.map(({ key, tookMs }) => [key, tookMs <= capMs ? 1 : capMs / tookMs]));
}

/** The cases that are run with a seed: which ones is drawn for each seed and case by itself. */
export function drawnFor(seed: number, shares: ReadonlyMap<string, number>): readonly string[] {
  return [...shares].flatMap(([key, share]) =>
    drawFraction(seedOf(seed, key), 0, 0) < share ? [key] : [],
  );
}
