import { at } from './clock.ts';
import type { Meters } from './columns.ts';
import { cosemOf } from './cosem.ts';

/**
 * Invocation counters of DLMS ciphering, one for each key and direction (Green Book 9.2.3.3.7.6).
 * They start anew with each key, and none is ever used twice under one.
 */

const MOST = 0xffff_ffff;
/** What is answered to one APDU takes so many of the meter's own at most. */
const ANSWERS_MOST = 4;
const FIRST = 1;

export interface CounterTaken {
  readonly taken: boolean;
  /** It came near its end with this: that is told once. */
  readonly isNearEnd: boolean;
}

/** Asks the rule whether a client's counter is taken. Nothing is, that could not be answered. */
export function takeCounter(meters: Meters, row: number, counter: number): CounterTaken {
  const group = cosemOf(meters);
  const lowest = at(group.clientCounter, row);
  const isUsedUp = at(group.ownCounter, row) > MOST - ANSWERS_MOST;
  if (isUsedUp || !meters.rules.counterAccepted(counter, lowest)) {
    return { taken: false, isNearEnd: false };
  }
  group.clientCounter[row] = Math.max(lowest, counter + 1);
  return { taken: true, isNearEnd: meters.rules.counterNearEnd(lowest - 1, counter) };
}

/** The lowest counter that a client may still use. */
export function expectedCounter(meters: Meters, row: number): number {
  return Math.min(MOST, at(cosemOf(meters).clientCounter, row));
}

/** The highest counter that a client has used: what a client that lost its own goes on from. */
export function usedCounter(meters: Meters, row: number): number {
  return Math.max(0, at(cosemOf(meters).clientCounter, row) - 1);
}

/** The next own counter. @throws RangeError when there are none left under this key */
export function nextOwnCounter(
  meters: Meters,
  row: number,
): { readonly counter: number; readonly isNearEnd: boolean } {
  const group = cosemOf(meters);
  const before = at(group.ownCounter, row);
  const counter = Math.max(FIRST, before + 1);
  if (counter > MOST) throw new RangeError('the invocation counter is used up');
  group.ownCounter[row] = counter;
  return { counter, isNearEnd: meters.rules.counterNearEnd(before, counter) };
}

/** Under new keys both directions start anew. */
export function restartCounters(meters: Meters, row: number): void {
  const group = cosemOf(meters);
  group.clientCounter[row] = 0;
  group.ownCounter[row] = 0;
}
