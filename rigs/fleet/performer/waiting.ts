import type { NorthboundEvent } from '../../../devices/domain/northbound.ts';
import type { PerformContext } from '../../port/bench.ts';
import type { FleetParts } from '../parts.ts';

/** How often the head-end is asked again while its events are waited for: one may have been missed. */
const ASK_AGAIN_NS = 10e9;

/**
 * Waits until nothing is open any more, by the head-end's events and, in case one was missed, by
 * asking again.
 * @param heard takes what an event settles out of the open ones
 * @param ask does the same by asking the head-end
 * @returns whether nothing was open at the end of `withinNs`
 */
export async function waitForHeadEnd(
  parts: FleetParts,
  context: PerformContext,
  wanted: {
    readonly withinNs: number;
    readonly open: ReadonlySet<string>;
    heard(event: NorthboundEvent): void;
    ask(): Promise<void>;
  },
): Promise<boolean> {
  const { clock, northbound } = parts;
  const untilNs = clock.nowNs() + wanted.withinNs;
  let settled = new AbortController();
  const stop = northbound.listen((event) => {
    wanted.heard(event);
    if (wanted.open.size === 0) settled.abort();
  });
  try {
    for (;;) {
      await wanted.ask();
      if (wanted.open.size === 0) return true;
      if (clock.nowNs() >= untilNs) return false;
      settled = new AbortController();
      const either = AbortSignal.any([settled.signal, context.signal]);
      const nextNs = Math.min(untilNs, clock.nowNs() + ASK_AGAIN_NS);
      await clock.sleepUntil(nextNs, either).catch(() => undefined);
      context.signal.throwIfAborted();
    }
  } finally {
    stop();
  }
}
