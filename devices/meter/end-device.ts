import { NS_PER_S } from '../domain/time.ts';
import { at, clockUtcSeconds } from './clock.ts';
import type { Meters } from './columns.ts';
import {
  type EndDeviceGroup,
  MANUFACTURER_STATUS,
  MODE,
  type ModeName,
  STATUS,
} from './end-device-columns.ts';
import { EVENT } from './events.ts';
import { flagInterval, INTERVAL_STATUS, logEvent } from './logs.ts';
import { modeOf } from './mode.ts';

/** Mode, status flags and starts of the meter as a whole (C12.19 ST3). */

/** How long a meter that starts anew answers nobody, assumed. */
export const RESTART_NS = 5 * NS_PER_S;

/** Events of a mode that begins and ends; the factory mode has none. */
const MODE_EVENTS: Readonly<
  Record<ModeName, { readonly starts?: number; readonly stops?: number }>
> = {
  metering: { starts: EVENT.meteringStarted, stops: EVENT.meteringStopped },
  test: { starts: EVENT.testStarted, stops: EVENT.testStopped },
  shop: { starts: EVENT.shopStarted, stops: EVENT.shopStopped },
  factory: {},
};

/**
 * Procedure 6. Energy goes on in every mode; intervals that are not all in metering mode are marked
 * in the load profile, and their demand is no maximum.
 */
export function onChangeMode(meters: Meters, row: number, nowNs: number, mode: ModeName): void {
  const before = modeOf(meters, row);
  if (meters.endDevice === null || mode === before) return;
  meters.endDevice.mode[row] = MODE[mode];
  flagInterval(meters, row, INTERVAL_STATUS.test);
  if (meters.registers !== null) meters.registers.openMetering[row] = 0;
  const stamp = clockUtcSeconds(meters, row, nowNs);
  const { stops } = MODE_EVENTS[before];
  const { starts } = MODE_EVENTS[mode];
  if (stops !== undefined) logEvent(meters, row, stops, stamp);
  if (starts !== undefined) logEvent(meters, row, starts, stamp);
}

/** @throws RangeError for meters without the columns of registers */
export function endDeviceOf({ endDevice }: Meters): EndDeviceGroup {
  if (endDevice === null) throw new RangeError('these meters have no registers');
  return endDevice;
}

/** Latches flags of {@link STATUS}. */
export function raiseStatus(meters: Meters, row: number, flags: number): void {
  const group = meters.endDevice;
  if (group !== null) group.status[row] = at(group.status, row) | flags;
}

export function clearStatus(meters: Meters, row: number, flags: number): void {
  const group = meters.endDevice;
  if (group !== null) group.status[row] = at(group.status, row) & ~flags;
}

/** Procedures 7 and 8: clear what was latched; that there is no program stays true. */
export function onClearStatus(
  meters: Meters,
  row: number,
  flags: 'standard' | 'manufacturer',
): void {
  if (meters.endDevice === null) return;
  switch (flags) {
    case 'standard':
      return clearStatus(meters, row, ~STATUS.unprogrammed);
    case 'manufacturer':
      meters.endDevice.manufacturerStatus[row] = 0;
  }
}

/** Procedure 11. The answer stands in ST8; only a fault is an event and a flag. */
export function onSelfTest(meters: Meters, row: number, nowNs: number): void {
  if (meters.rules.selfTestPassed()) return;
  raiseStatus(meters, row, STATUS.selfCheckError);
  logEvent(meters, row, EVENT.selfCheckError, clockUtcSeconds(meters, row, nowNs));
}

/** Whether the meter starts anew and answers nobody. */
export function isBusy(meters: Meters, row: number, nowNs: number): boolean {
  return meters.endDevice !== null && nowNs < at(meters.endDevice.busyUntilNs, row);
}

/**
 * Starts the meter anew (procedure 1, warm start). Nothing is lost and metering goes on: it is the
 * communication that is gone for a while.
 */
export function restart(meters: Meters, row: number, nowNs: number): void {
  const group = meters.endDevice;
  if (group === null) return;
  group.busyUntilNs[row] = nowNs + RESTART_NS;
  group.restarts[row] = at(group.restarts, row) + 1;
  group.manufacturerStatus[row] = at(group.manufacturerStatus, row) | MANUFACTURER_STATUS.restarted;
}
