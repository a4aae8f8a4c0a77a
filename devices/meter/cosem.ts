import type { Data } from '../protocol/dlms/data.ts';
import type { Obis } from '../protocol/dlms/obis.ts';
import { NS_PER_S } from '../domain/time.ts';
import { at, clockUtcSeconds } from './clock.ts';
import type { Meters } from './columns.ts';
import {
  ALARM_REGISTERS,
  type ControlState,
  type CosemEvent,
  type CosemGroup,
  type CosemLog,
  EVENTS_KEPT,
  FAILURES_KEPT,
  type ImageStep,
  type KeyRing,
} from './cosem-columns.ts';
import { onSwitchLoad } from './metrology.ts';

/** What happens to that part of a meter which only DLMS/COSEM knows of. */

/** Asked by clients of the DLMS face, or by a scenario. */
export type CosemOperation =
  /** An attribute as a client wrote it or a scenario wants it; null takes it back to what it was. */
  | {
      readonly kind: 'override-object';
      readonly logicalName: Obis;
      readonly attribute: number;
      readonly value: Data | null;
    }
  /** The breaker: with anything but `connected` no load is taken. */
  | { readonly kind: 'switch-load'; readonly to: ControlState }
  | { readonly kind: 'note-event'; readonly log: CosemLog; readonly code: number }
  | { readonly kind: 'reset-event-log'; readonly log: CosemLog }
  /** Bits of alarm register 1 to 3, latched until somebody clears them. */
  | {
      readonly kind: 'raise-alarm' | 'clear-alarm';
      readonly register: number;
      readonly bits: number;
    }
  /** Keys for all that comes after; what answers the change was sealed before. */
  | { readonly kind: 'change-keys'; readonly keys: KeyRing }
  /** A step of an image transfer that is not done at once; null when it is done. */
  | { readonly kind: 'begin-image-step'; readonly step: ImageStep | null };

/** @throws RangeError for meters without the columns of DLMS/COSEM */
export function cosemOf({ cosem }: Meters): CosemGroup {
  if (cosem === null) throw new RangeError('these meters do not speak DLMS/COSEM');
  return cosem;
}

export function operateCosem(
  meters: Meters,
  row: number,
  nowNs: number,
  operation: CosemOperation,
): void {
  const group = meters.cosem;
  if (group === null) return;
  switch (operation.kind) {
    case 'override-object':
      return onOverride(group, row, operation);
    case 'switch-load':
      return onSwitchLoad(meters, row, nowNs, operation.to);
    case 'note-event':
      return noteEvent(meters, row, nowNs, operation.log, operation.code);
    case 'reset-event-log':
      return onResetEvents(meters, row, nowNs, operation.log);
    case 'raise-alarm':
      return changeAlarms(group, row, operation.register, (bits) => bits | operation.bits);
    case 'clear-alarm':
      return changeAlarms(group, row, operation.register, (bits) => bits & ~operation.bits);
    case 'change-keys':
      return onChangeKeys(meters, row, operation.keys);
    case 'begin-image-step':
      if (operation.step === null) group.imageSteps.delete(row);
      else group.imageSteps.set(row, operation.step);
  }
}

/** Counters belong to keys, and begin anew with them (Green Book 9.2.3.3.7.6). */
function onChangeKeys(meters: Meters, row: number, keys: KeyRing): void {
  const group = meters.cosem;
  if (group === null || !meters.rules.transferredKeysUsed()) return;
  group.keys.set(row, keys);
  group.clientCounter[row] = 0;
  group.ownCounter[row] = 0;
}

/** The value that stands in place of an attribute's own; undefined where none does. */
export function overridden(
  { cosem }: Meters,
  row: number,
  logicalName: Obis,
  attribute: number,
): Data | undefined {
  return cosem?.overlays.get(row)?.get(placeOf(logicalName, attribute));
}

function placeOf(logicalName: Obis, attribute: number): string {
  return `${logicalName}/${attribute}`;
}

function onOverride(
  group: CosemGroup,
  row: number,
  change: Extract<CosemOperation, { readonly kind: 'override-object' }>,
): void {
  const { logicalName, attribute, value } = change;
  const overlay = group.overlays.get(row) ?? new Map<string, Data>();
  if (value === null) overlay.delete(placeOf(logicalName, attribute));
  else overlay.set(placeOf(logicalName, attribute), value);
  if (overlay.size === 0) group.overlays.delete(row);
  else group.overlays.set(row, overlay);
}

/** Bits of alarm register 1, 2 or 3. */
export function alarmsOf(meters: Meters, row: number, register: number): number {
  return at(cosemOf(meters).alarms, alarmPlace(row, register));
}

function changeAlarms(
  group: CosemGroup,
  row: number,
  register: number,
  change: (bits: number) => number,
): void {
  const place = alarmPlace(row, register);
  group.alarms[place] = change(at(group.alarms, place)) >>> 0;
}

function alarmPlace(row: number, register: number): number {
  if (register < 1 || register > ALARM_REGISTERS) {
    throw new RangeError(`alarm register ${register} is not one of ${ALARM_REGISTERS}`);
  }
  return row * ALARM_REGISTERS + register - 1;
}

/** Writes an event to a log of DLMS with a stamp of the meter's clock. */
function noteEvent(meters: Meters, row: number, nowNs: number, log: CosemLog, code: number): void {
  const group = meters.cosem;
  if (group === null) return;
  const event: CosemEvent = { log, code, stampSeconds: clockUtcSeconds(meters, row, nowNs) };
  const events = [...(group.events.get(row) ?? []), event];
  const surplus = events.filter((other) => other.log === log).length - EVENTS_KEPT;
  const oldest = events.findIndex((other) => other.log === log);
  group.events.set(row, surplus > 0 ? events.toSpliced(oldest, 1) : events);
}

/** The code of GXF's EventType for a log that was emptied: its first entry says so. */
const LOG_CLEARED = 255;

function onResetEvents(meters: Meters, row: number, nowNs: number, log: CosemLog): void {
  const events = meters.cosem?.events.get(row) ?? [];
  meters.cosem?.events.set(
    row,
    events.filter((event) => event.log !== log),
  );
  noteEvent(meters, row, nowNs, log, LOG_CLEARED);
}

/** Threshold of long power failures: its object, and what it holds while nobody wrote it, s. */
export const LONG_FAILURE = {
  logicalName: '0.0.96.7.20.255',
  initialSeconds: 180,
} as const;

/** Power is back after so long: counts the failure, and keeps it for the power failure log. */
export function notePowerFailure(meters: Meters, row: number, nowNs: number): void {
  const group = meters.cosem;
  if (group === null) return;
  const durationSeconds = Math.round((nowNs - at(group.lostAtNs, row)) / NS_PER_S);
  const endSeconds = clockUtcSeconds(meters, row, nowNs);
  group.powerFailures[row] = at(group.powerFailures, row) + 1;
  if (durationSeconds <= longFailureSeconds(meters, row)) return;
  group.longPowerFailures[row] = at(group.longPowerFailures, row) + 1;
  const kept = [...(group.failures.get(row) ?? []), { endSeconds, durationSeconds }];
  group.failures.set(row, kept.slice(-FAILURES_KEPT));
}

function longFailureSeconds(meters: Meters, row: number): number {
  const written = overridden(meters, row, LONG_FAILURE.logicalName, 2);
  return written?.type === 'long-unsigned' ? written.value : LONG_FAILURE.initialSeconds;
}
