import { MS_PER_S, NS_PER_MINUTE, NS_PER_MS, NS_PER_S } from '../domain/time.ts';
import { FLAG, NEVER, type Meters } from './columns.ts';
import { setTimer, TIMER } from './timers.ts';

/**
 * The meter's clock. Inside the model it counts ns since `startUtcMs`; outside it is UTC in ms.
 * It runs from its crystal with a drift; a set starts a new second (the phase is zeroed).
 */

/** Reads a number out of a column; a row outside the table is our own fault. */
export function at(column: { readonly [index: number]: number }, row: number): number {
  // A place in the code for each kind of column: one for all of them would be a slow one for each.
  const value =
    column instanceof Float64Array
      ? column[row]
      : column instanceof Uint32Array
        ? column[row]
        : column instanceof Uint8Array
          ? column[row]
          : column[row];
  if (value === undefined) throw new RangeError(`row ${row} is outside the table`);
  return value;
}

/** Meter clock minus true time at `nowNs`. */
function clockOffsetAt(meters: Meters, row: number, nowNs: number): number {
  const elapsedNs = nowNs - at(meters.clockAnchorNs, row);
  return at(meters.clockOffsetNs, row) + (elapsedNs * at(meters.driftPpb, row)) / 1e9;
}

/** What the meter's clock shows, ns since `startUtcMs`. */
export function clockNs(meters: Meters, row: number, nowNs: number): number {
  return nowNs + clockOffsetAt(meters, row, nowNs);
}

/** What the meter's clock shows, whole UTC seconds (tables of C12.19 know no fractions). */
export function clockUtcSeconds(meters: Meters, row: number, nowNs: number): number {
  return meters.startUtcMs / 1000 + Math.floor(clockNs(meters, row, nowNs) / NS_PER_S);
}

/** UTC ms of the meter's clock. */
export function clockUtcMs(meters: Meters, row: number, nowNs: number): number {
  return meters.startUtcMs + Math.floor(clockNs(meters, row, nowNs) / NS_PER_MS);
}

/** The instant on the run's clock at which the meter's clock will show `shownNs`. */
export function instantOfClock(meters: Meters, row: number, shownNs: number): number {
  const anchorNs = at(meters.clockAnchorNs, row);
  const shownAtAnchorNs = anchorNs + at(meters.clockOffsetNs, row);
  const rate = 1 + at(meters.driftPpb, row) / 1e9;
  return anchorNs + (shownNs - shownAtAnchorNs) / rate;
}

/** The instant at which the meter's clock will show a UTC second. */
export function instantOfUtcSeconds(meters: Meters, row: number, utcSeconds: number): number {
  return instantOfClock(meters, row, (utcSeconds - meters.startUtcMs / MS_PER_S) * NS_PER_S);
}

/** The same for UTC minutes. */
export function instantOfMinutes(meters: Meters, row: number, utcMinutes: number): number {
  return instantOfUtcSeconds(meters, row, utcMinutes * 60);
}

/**
 * End, as UTC minutes, of the span of so many minutes in which the meter's clock stands: spans
 * fill the hour from its beginning on.
 */
export function endOfSpan(meters: Meters, row: number, nowNs: number, minutes: number): number {
  const shown = meters.startUtcMs / 60_000 + clockNs(meters, row, nowNs) / NS_PER_MINUTE;
  // What is due at this very instant has come, whatever the last bit of a float says.
  return (Math.floor(shown / minutes + 1e-12) + 1) * minutes;
}

/** The next instant, strictly after `nowNs`, at which the meter's clock begins a tick. */
export function nextTickAt(meters: Meters, row: number, nowNs: number, tickNs: number): number {
  let tick = Math.floor(clockNs(meters, row, nowNs) / tickNs) + 1;
  let instantNs = instantOfClock(meters, row, tick * tickNs);
  // Rounding of the drift may put the instant on this side of now.
  while (instantNs <= nowNs) instantNs = instantOfClock(meters, row, ++tick * tickNs);
  return instantNs;
}

/** Makes the clock show `shownNs` from `nowNs` on. */
export function setClockColumns(meters: Meters, row: number, nowNs: number, shownNs: number): void {
  meters.clockAnchorNs[row] = nowNs;
  meters.clockOffsetNs[row] = shownNs - nowNs;
}

/** True UTC as the module believes it from its reference, ns since `startUtcMs`. */
export function referenceAt(meters: Meters, row: number, nowNs: number): number {
  return nowNs + at(meters.referenceOffsetNs, row);
}

export function isSet(meters: Meters, row: number, flag: number): boolean {
  return (at(meters.flags, row) & flag) !== 0;
}

export function setFlag(meters: Meters, row: number, flag: number, on: boolean): void {
  meters.flags[row] = on ? at(meters.flags, row) | flag : at(meters.flags, row) & ~flag;
}

/** Arms the timer of the running interval for the end that stands in its column. */
export function armIntervalEnd(meters: Meters, row: number): void {
  const group = meters.loadProfile;
  const endMinutes = group === null ? 0 : at(group.openEndMinutes, row);
  // No interval is open while nothing is recorded.
  const waits = endMinutes !== 0 && isSet(meters, row, FLAG.commissioned);
  setTimer(
    meters,
    row,
    TIMER.intervalEnd,
    waits ? instantOfMinutes(meters, row, endMinutes) : NEVER,
  );
}
