/** Instants, dates and times of day in the forms that ST0 TM_FORMAT chooses. */
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { fromBcd, toBcd } from './bcd.ts';
import type { Formats } from './formats.ts';
import {
  readPackedDay,
  readSecondsOfDay,
  writePackedDay,
  writeSecondsOfDay,
} from './project/counted-times.ts';

const MS_PER_SECOND = 1_000;
const MS_PER_MINUTE = 60_000;

/**
 * LTIME_DATE (with seconds) and STIME_DATE (without, but for format 4): UTC milliseconds of the
 * meter's clock, null when all bytes are zero (never).
 * @throws CodecError when the digits are no date
 */
export function readDate(
  reader: ByteReader,
  field: string,
  seconds: boolean,
  formats: Formats,
): number | null {
  switch (formats.time) {
    case 0:
      return null;
    case 1:
    case 2: {
      const bytes = reader.bytes(field, seconds ? 6 : 5);
      if (bytes.every((byte) => byte === 0)) return null;
      const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = Array.from(
        bytes,
        (byte) => (formats.time === 1 ? fromBcd(field, byte) : byte),
      );
      return dateMs(field, [yearOf(field, year), month, day, hour, minute, second]);
    }
    case 3: {
      const minutes = reader.unsigned(field, 4, formats.order);
      const second = seconds ? reader.octet(field) : 0;
      if (second > 59) throw new CodecError(`${field}: second ${second}`);
      const ms = minutes * MS_PER_MINUTE + second * MS_PER_SECOND;
      return ms === 0 ? null : ms;
    }
    case 4: {
      const count = reader.unsigned(field, 4, formats.order);
      return count === 0 ? null : count * MS_PER_SECOND;
    }
    default:
      throw new CodecError(`ST0 TM_FORMAT ${formats.time} is unknown`);
  }
}

/** What {@link readDate} reads; parts of the last second or minute are cut off. @throws CodecError */
export function writeDate(
  writer: ByteWriter,
  field: string,
  seconds: boolean,
  formats: Formats,
  ms: number | null,
): void {
  switch (formats.time) {
    case 0:
      return;
    case 1:
    case 2:
      for (const part of dateParts(field, ms).slice(0, seconds ? 6 : 5)) {
        writer.octet(field, formats.time === 1 ? toBcd(field, part) : part);
      }
      return;
    case 3: {
      const at = ms ?? 0;
      writer.unsigned(field, Math.floor(at / MS_PER_MINUTE), 4, formats.order);
      if (seconds) writer.octet(field, Math.floor((at % MS_PER_MINUTE) / MS_PER_SECOND));
      return;
    }
    case 4:
      writer.unsigned(field, Math.floor((ms ?? 0) / MS_PER_SECOND), 4, formats.order);
      return;
    default:
      throw new CodecError(`ST0 TM_FORMAT ${formats.time} is unknown`);
  }
}

/** What stands in a DATE that is not used (all bits set, as a Hexing meter fills its calendar). */
const UNUSED = 'unused';
type Day = string | null;

/**
 * DATE: 'yyyy-mm-dd', null when all bytes are zero, 'unused' when all bits are set. Three fields in
 * formats 1 and 2 (as a Hexing head-end reads ST54), packed into two bytes in 3 and 4.
 * @throws CodecError when the digits are no date
 */
export function readDay(reader: ByteReader, field: string, formats: Formats): Day {
  switch (formats.time) {
    case 0:
      return null;
    case 1:
    case 2: {
      const bytes = reader.bytes(field, 3);
      if (bytes.every((byte) => byte === 0)) return null;
      if (bytes.every((byte) => byte === 0xff)) return UNUSED;
      const [year = 0, month = 0, day = 0] = Array.from(bytes, (byte) =>
        formats.time === 1 ? fromBcd(field, byte) : byte,
      );
      return dayText(field, year, month, day);
    }
    case 3:
    case 4: {
      const packed = readPackedDay(reader, field, formats.order);
      if (packed === 'none') return null;
      if (packed === 'unused') return UNUSED;
      return dayText(field, packed.year, packed.month, packed.day);
    }
    default:
      throw new CodecError(`ST0 TM_FORMAT ${formats.time} is unknown`);
  }
}

/** What {@link readDay} reads. @throws CodecError */
export function writeDay(writer: ByteWriter, field: string, formats: Formats, day: Day): void {
  switch (formats.time) {
    case 0:
      return;
    case 1:
    case 2: {
      if (day === UNUSED) {
        writer.bytes(Uint8Array.of(0xff, 0xff, 0xff));
        return;
      }
      for (const part of dateParts(field, midnightMs(field, day)).slice(0, 3)) {
        writer.octet(field, formats.time === 1 ? toBcd(field, part) : part);
      }
      return;
    }
    case 3:
    case 4: {
      const [year, month, dayOfMonth] = dateParts(field, midnightMs(field, day));
      const packed =
        day === UNUSED ? UNUSED : day === null ? 'none' : { year, month, day: dayOfMonth };
      writePackedDay(writer, field, packed, formats.order);
      return;
    }
    default:
      throw new CodecError(`ST0 TM_FORMAT ${formats.time} is unknown`);
  }
}

function dayText(field: string, year: number, month: number, day: number): string {
  const ms = dateMs(field, [yearOf(field, year), month, day, 0, 0, 0]);
  return new Date(ms).toISOString().slice(0, 10);
}

function midnightMs(field: string, day: Day): number | null {
  if (day === null || day === UNUSED) return null;
  const ms = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw new CodecError(`${field}: '${day}' is no date such as 2026-05-01`);
  return ms;
}

/** TIME of day in seconds: three fields in formats 1 and 2, a u32 in 3 and 4. @throws CodecError */
export function readTimeOfDay(reader: ByteReader, field: string, formats: Formats): number | null {
  switch (formats.time) {
    case 0:
      return null;
    case 1:
    case 2: {
      const [hour = 0, minute = 0, second = 0] = Array.from(reader.bytes(field, 3), (byte) =>
        formats.time === 1 ? fromBcd(field, byte) : byte,
      );
      if (minute > 59 || second > 59) throw new CodecError(`${field}: ${minute} min ${second} s`);
      return hour * 3600 + minute * 60 + second;
    }
    case 3:
    case 4:
      return readSecondsOfDay(reader, field, formats.order);
    default:
      throw new CodecError(`ST0 TM_FORMAT ${formats.time} is unknown`);
  }
}

/** What {@link readTimeOfDay} reads. @throws CodecError */
export function writeTimeOfDay(
  writer: ByteWriter,
  field: string,
  formats: Formats,
  seconds: number | null,
): void {
  const at = Math.floor(seconds ?? 0);
  switch (formats.time) {
    case 0:
      return;
    case 1:
    case 2:
      for (const part of [Math.floor(at / 3600), Math.floor(at / 60) % 60, at % 60]) {
        writer.octet(field, formats.time === 1 ? toBcd(field, part) : part);
      }
      return;
    case 3:
    case 4:
      writeSecondsOfDay(writer, field, at, formats.order);
      return;
    default:
      throw new CodecError(`ST0 TM_FORMAT ${formats.time} is unknown`);
  }
}

/** Years in two digits: 90 to 99 are those of the last century (as Termineter reads them). */
const FIRST_YEAR = 1990;
const LAST_YEAR = 2089;

function yearOf(field: string, digits: number): number {
  if (digits > 99) throw new CodecError(`${field}: year ${digits} has more than two digits`);
  return digits >= FIRST_YEAR % 100 ? 1900 + digits : 2000 + digits;
}

function shortYear(field: string, year: number): number {
  if (year < FIRST_YEAR || year > LAST_YEAR) {
    throw new CodecError(`${field}: year ${year} is not within ${FIRST_YEAR} to ${LAST_YEAR}`);
  }
  return year % 100;
}

type DateParts = readonly [number, number, number, number, number, number];

function dateMs(field: string, parts: DateParts): number {
  const [year, month, day, hour, minute, second] = parts;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = dateParts(field, ms);
  // Date.UTC carries a 30th of February over; what does not come back the same was no date.
  if (back.some((part, index) => part !== (index === 0 ? year % 100 : parts[index]))) {
    throw new CodecError(`${field}: ${parts.join('-')} is no date`);
  }
  return ms;
}

function dateParts(field: string, ms: number | null): DateParts {
  if (ms === null) return [0, 0, 0, 0, 0, 0];
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) throw new CodecError(`${field}: ${ms} is no instant`);
  return [
    shortYear(field, date.getUTCFullYear()),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
}
