import { CodecError } from '../../../protocol/bytes/codec-error.ts';
import { type Data, numberIn } from '../../../protocol/dlms/data.ts';
import {
  type CosemDateTime,
  dateTimeAt,
  decodeDateTime,
  encodeDateTime,
  GOOD_CLOCK,
  utcMsOf,
} from '../../../protocol/dlms/date-time.ts';
import { clockUtcSeconds } from '../../clock.ts';
import type { Meters } from '../../columns.ts';
import { writtenTable } from '../../configuration.ts';
import { overridden } from '../../cosem.ts';

/**
 * Local time, which is what DLMS/COSEM shows: the meter's clock counts UTC, and its zone is that of
 * C12.19 ST53. Daylight saving follows the patterns of the clock object, when it is enabled.
 */

export const CLOCK = '0.0.1.0.0.255';
const ST53 = 53;
/** Where TIME_ZONE_OFFSET stands in ST53: after a time of three bytes and a byte of minutes. */
const ZONE_OFFSET_AT = 4;
const MS_PER_MINUTE = 60_000;
const DAYS_A_WEEK = 7;
const SUNDAY = 7;

const NEVER_SAID: CosemDateTime = {
  year: null,
  month: null,
  day: null,
  weekday: null,
  hour: null,
  minute: null,
  second: null,
  hundredths: null,
  deviationMinutes: null,
  status: null,
};

/** A time of which nothing is specified: never. */
export const NO_TIME: Data = { type: 'octet-string', bytes: encodeDateTime(NEVER_SAID) };

/** Last Sunday of March at 2:00 and of October at 3:00; assumed, until somebody writes others. */
export const FIRST_BEGIN = lastSunday(3, 2);
export const FIRST_END = lastSunday(10, 3);
export const FIRST_SAVING_MINUTES = 60;

function lastSunday(month: number, hour: number): CosemDateTime {
  const time = { hour, minute: 0, second: 0, hundredths: 0 };
  return { ...NEVER_SAID, month, day: 'last', weekday: SUNDAY, ...time, status: GOOD_CLOCK };
}

/** Local standard time minus UTC, minutes. */
export function zoneMinutes(meters: Meters, row: number): number {
  const written = writtenTable(meters, row, ST53);
  if (written === null) return 0;
  return new DataView(written.buffer, written.byteOffset).getInt16(ZONE_OFFSET_AT, true);
}

/** ST53 with another zone. */
export function tableWithZone(meters: Meters, row: number, minutes: number): Uint8Array {
  const bytes = writtenTable(meters, row, ST53) ?? new Uint8Array(ZONE_OFFSET_AT + 2);
  new DataView(bytes.buffer, bytes.byteOffset).setInt16(ZONE_OFFSET_AT, minutes, true);
  return bytes;
}

/** Local time minus UTC at an instant, and whether daylight is saved then. */
function shiftAt(meters: Meters, row: number, utcMs: number): { minutes: number; saved: boolean } {
  const zone = zoneMinutes(meters, row);
  const enabled = overridden(meters, row, CLOCK, 8);
  if (enabled?.type !== 'boolean' || !enabled.value) return { minutes: zone, saved: false };
  const saving = numberIn(overridden(meters, row, CLOCK, 7)) ?? FIRST_SAVING_MINUTES;
  const saved = isSaved(meters, row, utcMs + zone * MS_PER_MINUTE, saving);
  return { minutes: saved ? zone + saving : zone, saved };
}

/** Whether daylight is saved at a local standard time; the end is told in daylight saving time. */
function isSaved(meters: Meters, row: number, standardMs: number, savingMinutes: number): boolean {
  const year = new Date(standardMs).getUTCFullYear();
  const begin = occurrence(dateTimeIn(overridden(meters, row, CLOCK, 5)) ?? FIRST_BEGIN, year);
  const end = occurrence(dateTimeIn(overridden(meters, row, CLOCK, 6)) ?? FIRST_END, year);
  if (begin === null || end === null) return false;
  const endMs = end - savingMinutes * MS_PER_MINUTE;
  // South of the equator the year begins within daylight saving.
  if (begin <= endMs) return standardMs >= begin && standardMs < endMs;
  return standardMs >= begin || standardMs < endMs;
}

/** When a pattern falls due in a year, as ms of local time; null when it names no month. */
function occurrence(pattern: CosemDateTime, year: number): number | null {
  const { month, day, weekday, hour, minute } = pattern;
  if (typeof month !== 'number') return null;
  const monthDays = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const fromEnd = typeof day === 'string';
  let date = fromEnd ? monthDays - (day === 'last' ? 0 : 1) : (day ?? 1);
  if (weekday !== null) {
    const away = (weekdayOf(Date.UTC(year, month - 1, date)) - weekday + DAYS_A_WEEK) % DAYS_A_WEEK;
    // The last such weekday of the month, or the first one from a day on.
    date += fromEnd ? -away : (DAYS_A_WEEK - away) % DAYS_A_WEEK;
  }
  return Date.UTC(year, month - 1, date, hour ?? 0, minute ?? 0);
}

/** 1 is Monday. */
function weekdayOf(ms: number): number {
  return new Date(ms).getUTCDay() || SUNDAY;
}

/** An instant as local time. */
export function localDateTime(meters: Meters, row: number, utcMs: number): CosemDateTime {
  const { minutes, saved } = shiftAt(meters, row, utcMs);
  // The zone of a meter in Greenwich is 0, not -0.
  return dateTimeAt(utcMs, 0 - minutes, { ...GOOD_CLOCK, daylightSaving: saved });
}

/** The same as the octet-string in which attributes hold it. */
export function stamp(meters: Meters, row: number, utcMs: number): Data {
  return { type: 'octet-string', bytes: encodeDateTime(localDateTime(meters, row, utcMs)) };
}

/** What the meter's clock shows, local: whole seconds, as ST52 has it. */
export function shownDateTime(meters: Meters, row: number, nowNs: number): CosemDateTime {
  return localDateTime(meters, row, clockUtcSeconds(meters, row, nowNs) * 1000);
}

/** A date-time in either form in which it travels; null when a value is none. */
export function dateTimeIn(data: Data | null | undefined): CosemDateTime | null {
  if (data?.type !== 'octet-string' && data?.type !== 'date-time') return null;
  try {
    return decodeDateTime(data.bytes);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}

/** UTC ms of a date-time that is an instant, null of any other; local where it has no deviation. */
export function instantMsOf(meters: Meters, row: number, value: CosemDateTime): number | null {
  if (value.second === null) return null;
  if (value.deviationMinutes !== null) return utcMsOf(value);
  const standardMs = utcMsOf({ ...value, deviationMinutes: -zoneMinutes(meters, row) });
  if (standardMs === null) return null;
  const { minutes } = shiftAt(meters, row, standardMs);
  return utcMsOf({ ...value, deviationMinutes: -minutes });
}
