import type { Meters } from './columns.ts';

/** An instant that never comes. */
export const NEVER = Number.POSITIVE_INFINITY;

/**
 * What a meter may wait for, and the place of each in its row of `Meters.timers`. Timers due at one
 * instant are served in this order.
 */
export const TIMER = {
  boot: 0,
  intervalEnd: 1,
  demandEnd: 2,
  activation: 3,
  outageTick: 4,
  restorationTick: 5,
  holdUpEnd: 6,
  clockSync: 7,
  clockCompare: 8,
  clockCorrect: 9,
  heartbeat: 10,
  autoConfiguration: 11,
  registration: 12,
  push: 13,
} as const;

export type TimerName = keyof typeof TIMER;
export type Timer = (typeof TIMER)[TimerName];

const TIMERS_A_ROW = Object.keys(TIMER).length;

/**
 * The column of all timers, none of them armed. A row's timers stand side by side: whoever looks for
 * the next one reads two lines of the cache, not fourteen.
 */
export function createTimers(count: number): Float64Array {
  return new Float64Array(count * TIMERS_A_ROW).fill(NEVER);
}

/** Lets a meter wait until an instant of the run's clock; `NEVER` to wait no more. */
export function setTimer({ timers }: Meters, row: number, timer: Timer, atNs: number): void {
  timers[row * TIMERS_A_ROW + timer] = atNs;
}

/** When a timer is due; `NEVER` when it is not armed. @throws RangeError for a row outside the table */
export function timerAt({ timers }: Meters, row: number, timer: Timer): number {
  const atNs = timers[row * TIMERS_A_ROW + timer];
  if (atNs === undefined) throw new RangeError(`row ${row} is outside the table`);
  return atNs;
}

/** When the meter next wants to be called, on the run's clock; `NEVER` when it waits for nothing. */
export function wakeAt({ timers }: Meters, row: number): number {
  let earliestNs = NEVER;
  const first = row * TIMERS_A_ROW;
  for (let place = first; place < first + TIMERS_A_ROW; place++) {
    const atNs = timers[place] ?? NEVER;
    if (atNs < earliestNs) earliestNs = atNs;
  }
  return earliestNs;
}

/** The first of a row's timers that is due at exactly this instant, which no longer waits then. */
export function takeTimer({ timers }: Meters, row: number, dueNs: number): number | undefined {
  const first = row * TIMERS_A_ROW;
  for (let timer = 0; timer < TIMERS_A_ROW; timer++) {
    if (timers[first + timer] !== dueNs) continue;
    timers[first + timer] = NEVER;
    return timer;
  }
  return undefined;
}
