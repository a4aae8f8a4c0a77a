/** The forms that ST0 chooses for times and register numbers. */
import type { ByteOrder, ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { numberAt, valueAt } from './layout.ts';
import type { TableContext } from './layout.ts';

/** What ST0 says about the bytes of all other tables. */
export interface Formats {
  readonly order: ByteOrder;
  readonly time: number;
  readonly ni1: number;
  readonly ni2: number;
}

/** Formats for ST0 itself, which holds nothing that depends on them. */
const BEFORE_ST0: Formats = { order: 'little-endian', time: 0, ni1: 0, ni2: 0 };

/** @throws CodecError when ST0 is not in the context, or asks for integers other than two's complement */
export function formatsFor(table: number, context: TableContext): Formats {
  if (table === 0) return BEFORE_ST0;
  const general = context[0];
  if (general === undefined) throw new CodecError(`ST0 has to be known before ST${table}`);
  if (numberAt(general, 'FORMAT_CONTROL_2.INT_FORMAT') !== 0) {
    throw new CodecError("ST0 INT_FORMAT: only two's complement is known here");
  }
  return {
    order:
      valueAt(general, 'FORMAT_CONTROL_1.DATA_ORDER') === true ? 'big-endian' : 'little-endian',
    time: numberAt(general, 'FORMAT_CONTROL_2.TM_FORMAT'),
    ni1: numberAt(general, 'FORMAT_CONTROL_3.NI_FORMAT1'),
    ni2: numberAt(general, 'FORMAT_CONTROL_3.NI_FORMAT2'),
  };
}

const MS_PER_SECOND = 1_000;
const MS_PER_MINUTE = 60_000;
const EPOCH_YEAR = 2000;

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
      return dateMs(field, [EPOCH_YEAR + year, month, day, hour, minute, second]);
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
      return reader.unsigned(field, 4, formats.order);
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
      writer.unsigned(field, at, 4, formats.order);
      return;
    default:
      throw new CodecError(`ST0 TM_FORMAT ${formats.time} is unknown`);
  }
}

type DateParts = readonly [number, number, number, number, number, number];

function dateMs(field: string, parts: DateParts): number {
  const [year, month, day, hour, minute, second] = parts;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = dateParts(field, ms);
  // Date.UTC carries a 30th of February over; what does not come back the same was no date.
  if (back.some((part, index) => part !== (index === 0 ? year - EPOCH_YEAR : parts[index]))) {
    throw new CodecError(`${field}: ${parts.join('-')} is no date`);
  }
  return ms;
}

function dateParts(field: string, ms: number | null): DateParts {
  if (ms === null) return [0, 0, 0, 0, 0, 0];
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) throw new CodecError(`${field}: ${ms} is no instant`);
  return [
    date.getUTCFullYear() - EPOCH_YEAR,
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
}

function fromBcd(field: string, byte: number): number {
  const high = byte >> 4;
  const low = byte & 0x0f;
  if (high > 9 || low > 9) throw new CodecError(`${field}: ${byte.toString(16)} is no BCD`);
  return high * 10 + low;
}

function toBcd(field: string, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 99) {
    throw new CodecError(`${field}: ${value} does not fit into two BCD digits`);
  }
  return Math.floor(value / 10) * 16 + (value % 10);
}

/** How each NI_FORMAT writes a number; `scale` is the size of its last digit. */
type NumberForm =
  | { readonly form: 'float'; readonly bytes: 4 | 8 }
  | { readonly form: 'text'; readonly bytes: number }
  | { readonly form: 'int'; readonly bytes: number; readonly perUnit: number }
  | { readonly form: 'bcd'; readonly bytes: number };

const NUMBER_FORMS: readonly NumberForm[] = [
  { form: 'float', bytes: 8 },
  { form: 'float', bytes: 4 },
  { form: 'text', bytes: 12 },
  { form: 'text', bytes: 6 },
  { form: 'int', bytes: 4, perUnit: 10_000 },
  { form: 'bcd', bytes: 3 },
  { form: 'bcd', bytes: 2 },
  { form: 'int', bytes: 3, perUnit: 1 },
  { form: 'int', bytes: 4, perUnit: 1 },
  { form: 'int', bytes: 5, perUnit: 1 },
  { form: 'int', bytes: 6, perUnit: 1 },
  { form: 'int', bytes: 8, perUnit: 1 },
  { form: 'bcd', bytes: 4 },
  { form: 'text', bytes: 21 },
];

function numberForm(format: number): NumberForm {
  const form = NUMBER_FORMS[format];
  if (form === undefined) throw new CodecError(`ST0 NI_FORMAT ${format} is unknown`);
  return form;
}

/**
 * A register number. Texts stay texts; an INT64 beyond what a number holds exactly becomes a text
 * of digits; a float that is no number becomes null.
 * @throws CodecError
 */
export function readNumber(
  reader: ByteReader,
  field: string,
  format: number,
  order: ByteOrder,
): number | string | null {
  const form = numberForm(format);
  const bytes = reader.bytes(field, form.bytes);
  if (form.form === 'text') return String.fromCharCode(...bytes);
  if (order === 'little-endian' && form.form !== 'bcd') bytes.reverse();
  const view = new DataView(bytes.buffer);
  switch (form.form) {
    case 'float': {
      const value = form.bytes === 8 ? view.getFloat64(0) : view.getFloat32(0);
      return Number.isFinite(value) ? value : null;
    }
    case 'bcd':
      return bytes.reduce((value, byte) => value * 100 + fromBcd(field, byte), 0);
    case 'int': {
      const value = BigInt.asIntN(
        8 * form.bytes,
        bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n),
      );
      const number = Number(value);
      return Number.isSafeInteger(number) ? number / form.perUnit : String(value);
    }
  }
}

/** What {@link readNumber} reads. @throws CodecError when the form cannot hold the value */
export function writeNumber(
  writer: ByteWriter,
  field: string,
  format: number,
  order: ByteOrder,
  value: number | string | null,
): void {
  const form = numberForm(format);
  writer.bytes(numberBytes(field, form, order, value));
}

function numberBytes(
  field: string,
  form: NumberForm,
  order: ByteOrder,
  value: number | string | null,
): Uint8Array {
  const bytes = new Uint8Array(form.bytes);
  const view = new DataView(bytes.buffer);
  switch (form.form) {
    case 'text': {
      const characters = String(value ?? '').padStart(form.bytes, ' ');
      if (characters.length > form.bytes) throw new CodecError(`${field}: ${value} is too long`);
      return Uint8Array.from(characters, (character) => character.charCodeAt(0) & 0xff);
    }
    case 'float': {
      const number = value === null ? Number.NaN : Number(value);
      if (form.bytes === 8) view.setFloat64(0, number);
      else view.setFloat32(0, number);
      break;
    }
    case 'bcd': {
      let left = Number(value);
      if (!Number.isInteger(left) || left < 0 || left >= 100 ** form.bytes) {
        throw new CodecError(`${field}: ${value} does not fit into ${form.bytes} BCD bytes`);
      }
      for (let index = form.bytes - 1; index >= 0; index--) {
        bytes[index] = toBcd(field, left % 100);
        left = Math.floor(left / 100);
      }
      return bytes;
    }
    case 'int': {
      const whole = wholeNumber(field, value, form.perUnit);
      const span = 8 * form.bytes;
      if (BigInt.asIntN(span, whole) !== whole) {
        throw new CodecError(`${field}: ${value} does not fit into ${form.bytes} bytes`);
      }
      let left = BigInt.asUintN(span, whole);
      for (let index = form.bytes - 1; index >= 0; index--) {
        bytes[index] = Number(left & 0xffn);
        left >>= 8n;
      }
      break;
    }
  }
  return order === 'little-endian' ? bytes.toReversed() : bytes;
}

function wholeNumber(field: string, value: number | string | null, perUnit: number): bigint {
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  const scaled = typeof value === 'number' ? Math.round(value * perUnit) : Number.NaN;
  if (!Number.isSafeInteger(scaled)) throw new CodecError(`${field}: ${value} is no whole number`);
  return BigInt(scaled);
}
