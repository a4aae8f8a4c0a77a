/** Register numbers in the forms that ST0 NI_FORMAT1 and NI_FORMAT2 choose. */
import type { ByteOrder, ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { fromBcd, toBcd } from './bcd.ts';

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

/** Integers of so many bytes are exact as numbers. */
const EXACT_BYTES = 6;

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
  if (form.form === 'int' && form.bytes <= EXACT_BYTES) {
    return reader.signed(field, form.bytes, order) / form.perUnit;
  }
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
