/** The COSEM date-time of twelve octets (Green Book 4.1.6.1) and what it means in UTC. */
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';

/** Fields that are null are not specified: they stand for any value. */
export interface CosemDateTime {
  readonly year: number | null;
  /** 1 to 12; or where daylight saving time begins or ends. */
  readonly month: number | 'dst-begin' | 'dst-end' | null;
  /** 1 to 31; or counted from the month's end. */
  readonly day: number | 'last' | 'second-last' | null;
  /** 1 Monday to 7 Sunday. */
  readonly weekday: number | null;
  readonly hour: number | null;
  readonly minute: number | null;
  readonly second: number | null;
  readonly hundredths: number | null;
  /** As sent; what its sign means is the meter's {@link DeviationSign}. */
  readonly deviationMinutes: number | null;
  readonly status: ClockStatus | null;
}

/** Clock status: what the clock says of itself. */
export interface ClockStatus {
  readonly invalid: boolean;
  readonly doubtful: boolean;
  readonly differentClockBase: boolean;
  readonly invalidClockStatus: boolean;
  readonly daylightSaving: boolean;
}

/**
 * By the standard the deviation is UTC less local time: -120 in UTC+2. Meters with the opposite sign
 * are in the field.
 */
export type DeviationSign = 'utc-less-local' | 'local-less-utc';

export const GOOD_CLOCK: ClockStatus = {
  invalid: false,
  doubtful: false,
  differentClockBase: false,
  invalidClockStatus: false,
  daylightSaving: false,
};

export const DATE_TIME_OCTETS = 12;

const ANY = 0xff;
const ANY_YEAR = 0xffff;
const ANY_DEVIATION = -0x8000;
/** Beyond half a day one way, and a bit more the other: no time zone. */
const DEVIATION_LIMIT_MINUTES = 14 * 60;
const SPECIAL_MONTHS = { 'dst-end': 0xfd, 'dst-begin': 0xfe } as const;
const SPECIAL_DAYS = { 'second-last': 0xfd, last: 0xfe } as const;
const STATUS_BITS = {
  invalid: 0x01,
  doubtful: 0x02,
  differentClockBase: 0x04,
  invalidClockStatus: 0x08,
  daylightSaving: 0x80,
} as const satisfies Record<keyof ClockStatus, number>;

const MINUTE_MS = 60_000;

/** @throws CodecError when the octets are not twelve, or a field is outside its range */
export function decodeDateTime(octets: Uint8Array): CosemDateTime {
  const reader = new ByteReader(octets);
  const year = reader.unsigned('year', 2, 'big-endian');
  const dateTime: CosemDateTime = {
    year: year === ANY_YEAR ? null : year,
    month: special(reader.octet('month'), SPECIAL_MONTHS),
    day: special(reader.octet('day'), SPECIAL_DAYS),
    weekday: specified(reader.octet('weekday')),
    hour: specified(reader.octet('hour')),
    minute: specified(reader.octet('minute')),
    second: specified(reader.octet('second')),
    hundredths: specified(reader.octet('hundredths')),
    deviationMinutes: specifiedDeviation(reader.signed('deviation', 2, 'big-endian')),
    status: statusOf(reader.octet('clock status')),
  };
  reader.end('date-time');
  checkRanges(dateTime);
  return dateTime;
}

/** @throws CodecError when a field is outside its range */
export function encodeDateTime(dateTime: CosemDateTime): Uint8Array {
  checkRanges(dateTime);
  const { month, day } = dateTime;
  return new ByteWriter()
    .unsigned('year', dateTime.year ?? ANY_YEAR, 2, 'big-endian')
    .octet('month', typeof month === 'string' ? SPECIAL_MONTHS[month] : (month ?? ANY))
    .octet('day', typeof day === 'string' ? SPECIAL_DAYS[day] : (day ?? ANY))
    .octet('weekday', dateTime.weekday ?? ANY)
    .octet('hour', dateTime.hour ?? ANY)
    .octet('minute', dateTime.minute ?? ANY)
    .octet('second', dateTime.second ?? ANY)
    .octet('hundredths', dateTime.hundredths ?? ANY)
    .signed('deviation', dateTime.deviationMinutes ?? ANY_DEVIATION, 2, 'big-endian')
    .octet('clock status', dateTime.status === null ? ANY : statusOctet(dateTime.status))
    .finish();
}

/**
 * The local time at an instant, with every field specified.
 * @param utcMs UTC ms
 * @param deviationMinutes as it is to be sent
 */
export function dateTimeAt(
  utcMs: number,
  deviationMinutes: number,
  status: ClockStatus = GOOD_CLOCK,
  sign: DeviationSign = 'utc-less-local',
): CosemDateTime {
  const local = new Date(utcMs - utcLessLocalMs(deviationMinutes, sign));
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    weekday: local.getUTCDay() === 0 ? 7 : local.getUTCDay(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    hundredths: Math.floor(local.getUTCMilliseconds() / 10),
    deviationMinutes,
    status,
  };
}

/**
 * The instant in UTC ms; null when it names none: year to minute have to be specified and be a day of
 * the calendar. Seconds and hundredths that are not are zero; the weekday is not looked at.
 * @param otherwiseMinutes the deviation when it is not specified
 */
export function utcMsOf(
  dateTime: CosemDateTime,
  sign: DeviationSign = 'utc-less-local',
  otherwiseMinutes = 0,
): number | null {
  const { year, month, day, hour, minute } = dateTime;
  if (year === null || typeof month !== 'number' || typeof day !== 'number') return null;
  if (hour === null || minute === null) return null;
  // Not Date.UTC with the year: it takes 0 to 99 for 1900 to 1999.
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  if (local.getUTCDate() !== day) return null;
  const hundredths = dateTime.hundredths ?? 0;
  local.setUTCHours(hour, minute, dateTime.second ?? 0, hundredths * 10);
  return local.getTime() + utcLessLocalMs(dateTime.deviationMinutes ?? otherwiseMinutes, sign);
}

function utcLessLocalMs(deviationMinutes: number, sign: DeviationSign): number {
  return (sign === 'utc-less-local' ? deviationMinutes : -deviationMinutes) * MINUTE_MS;
}

function specified(octet: number): number | null {
  return octet === ANY ? null : octet;
}

function specifiedDeviation(minutes: number): number | null {
  return minutes === ANY_DEVIATION ? null : minutes;
}

function special<Name extends string>(
  octet: number,
  names: Readonly<Record<Name, number>>,
): number | Name | null {
  for (const name in names) if (names[name] === octet) return name;
  return specified(octet);
}

function statusOf(octet: number): ClockStatus | null {
  if (octet === ANY) return null;
  return {
    invalid: (octet & STATUS_BITS.invalid) !== 0,
    doubtful: (octet & STATUS_BITS.doubtful) !== 0,
    differentClockBase: (octet & STATUS_BITS.differentClockBase) !== 0,
    invalidClockStatus: (octet & STATUS_BITS.invalidClockStatus) !== 0,
    daylightSaving: (octet & STATUS_BITS.daylightSaving) !== 0,
  };
}

/** The octet that attribute 4 of a clock has, too. */
export function statusOctet(status: ClockStatus): number {
  return (
    (status.invalid ? STATUS_BITS.invalid : 0) +
    (status.doubtful ? STATUS_BITS.doubtful : 0) +
    (status.differentClockBase ? STATUS_BITS.differentClockBase : 0) +
    (status.invalidClockStatus ? STATUS_BITS.invalidClockStatus : 0) +
    (status.daylightSaving ? STATUS_BITS.daylightSaving : 0)
  );
}

function checkRanges(dateTime: CosemDateTime): void {
  checkRange('month', dateTime.month, 1, 12);
  checkRange('day', dateTime.day, 1, 31);
  checkRange('weekday', dateTime.weekday, 1, 7);
  checkRange('hour', dateTime.hour, 0, 23);
  checkRange('minute', dateTime.minute, 0, 59);
  checkRange('second', dateTime.second, 0, 59);
  checkRange('hundredths', dateTime.hundredths, 0, 99);
  checkRange(
    'deviation',
    dateTime.deviationMinutes,
    -DEVIATION_LIMIT_MINUTES,
    DEVIATION_LIMIT_MINUTES,
  );
}

function checkRange(
  field: string,
  value: number | string | null,
  least: number,
  most: number,
): void {
  if (typeof value === 'number' && (value < least || value > most)) {
    throw new CodecError(`${field}: ${least} to ${most} wanted, not ${value}`);
  }
}
