/**
 * Project-defined: not public. TIME and DATE where ST0 TM_FORMAT is 3 or 4. The public sources tell
 * LTIME_DATE and STIME_DATE in these formats, but neither a time of day nor a date alone; the forms
 * here are how the standard is remembered, and stand in docs/profile-messages.md with their bytes:
 *
 * - TIME: seconds of the day, unsigned 32;
 * - DATE: unsigned 16, year without its century in bits 0 to 6, month in 7 to 10, day in 11 to 15.
 */
import type { ByteOrder, ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';

const NONE = 0;
const UNUSED = 0xffff;

/** A day as its bits say it, not yet checked against a calendar. */
export type PackedDay =
  | 'none'
  | 'unused'
  | { readonly year: number; readonly month: number; readonly day: number };

/** @throws CodecError when bytes are missing */
export function readSecondsOfDay(reader: ByteReader, field: string, order: ByteOrder): number {
  return reader.unsigned(field, 4, order);
}

/** @throws CodecError when the seconds do not fit */
export function writeSecondsOfDay(
  writer: ByteWriter,
  field: string,
  seconds: number,
  order: ByteOrder,
): void {
  writer.unsigned(field, seconds, 4, order);
}

/** @throws CodecError when bytes are missing */
export function readPackedDay(reader: ByteReader, field: string, order: ByteOrder): PackedDay {
  const bits = reader.unsigned(field, 2, order);
  if (bits === NONE) return 'none';
  if (bits === UNUSED) return 'unused';
  return { year: bits & 0x7f, month: (bits >> 7) & 0x0f, day: bits >> 11 };
}

/** @throws CodecError when a part does not fit */
export function writePackedDay(
  writer: ByteWriter,
  field: string,
  day: PackedDay,
  order: ByteOrder,
): void {
  const bits =
    day === 'none'
      ? NONE
      : day === 'unused'
        ? UNUSED
        : day.year | (day.month << 7) | (day.day << 11);
  writer.unsigned(field, bits, 2, order);
}
