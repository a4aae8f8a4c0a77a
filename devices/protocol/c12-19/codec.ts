/** The one decoder and the one encoder for all layouts. */
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import type { Formats } from './formats.ts';
import type {
  BitFields,
  FieldValue,
  Layout,
  Scope,
  Size,
  TableContext,
  TableValue,
} from './layout.ts';
import { readNumber, writeNumber } from './numbers.ts';
import { readDate, readDay, readTimeOfDay, writeDate, writeDay, writeTimeOfDay } from './times.ts';

/**
 * Elements of no size (readings that a meter does not keep, times without a clock) are read as
 * many times as the bytes of a table can make good for; limits that promise more are an error, and
 * must not cost time.
 */
const EMPTY_ELEMENTS_AT_LEAST = 10_000;
const EMPTY_ELEMENTS_PER_BYTE = 255;
const RESERVED = 'RESERVED';

/** What an element is read and written with: the record so far, earlier tables, formats. */
export interface Work {
  readonly scope: Scope;
  readonly formats: Formats;
}

/** Reading besides counts down the elements of no size that may still come. */
interface ReadingWork extends Work {
  readonly empty: { left: number };
}

export function sizeOf(size: Size, scope: Scope): number {
  return typeof size === 'number' ? size : size(scope);
}

/** Reads a record. @throws CodecError */
export function decodeRecord(
  layout: Layout,
  bytes: Uint8Array,
  context: TableContext,
  formats: Formats,
): TableValue {
  if (layout.kind !== 'record') throw new CodecError('a table is a record');
  const reader = new ByteReader(bytes);
  const self: Record<string, FieldValue> = {};
  const empty = { left: EMPTY_ELEMENTS_AT_LEAST + EMPTY_ELEMENTS_PER_BYTE * bytes.length };
  const work = { scope: { tables: context, self }, formats, empty };
  decodeInto(self, layout, reader, '', work);
  reader.end('table');
  return self;
}

function decodeInto(
  target: Record<string, FieldValue>,
  layout: Extract<Layout, { kind: 'record' }>,
  reader: ByteReader,
  path: string,
  work: ReadingWork,
): void {
  for (const field of layout.fields) {
    if (field.when !== undefined && !field.when(work.scope)) continue;
    target[field.name] = decode(field.layout, reader, join(path, field.name), work);
  }
}

function decode(layout: Layout, reader: ByteReader, path: string, work: ReadingWork): FieldValue {
  const { scope, formats } = work;
  switch (layout.kind) {
    case 'uint':
      return reader.unsigned(path, layout.bytes, formats.order);
    case 'int':
      return reader.signed(path, layout.bytes, formats.order);
    case 'text': {
      const text = String.fromCharCode(...reader.bytes(path, sizeOf(layout.length, scope)));
      return withoutTrailing(text, layout.pad);
    }
    case 'octets':
      return toHex(reader.bytes(path, sizeOf(layout.length, scope)));
    case 'rest':
      return toHex(reader.rest());
    case 'bits':
      return splitBits(reader.unsigned(path, layout.bytes, formats.order), layout.fields);
    case 'set':
      return elementsOf(reader.bytes(path, sizeOf(layout.length, scope)));
    case 'ltime':
      return readDate(reader, path, true, formats);
    case 'stime':
      return readDate(reader, path, false, formats);
    case 'time':
      return readTimeOfDay(reader, path, formats);
    case 'date':
      return readDay(reader, path, formats);
    case 'ni': {
      const format = layout.format === 1 ? formats.ni1 : formats.ni2;
      return readNumber(reader, path, format, formats.order);
    }
    case 'array':
      return decodeArray(layout, reader, path, work);
    case 'record': {
      const value: Record<string, FieldValue> = {};
      decodeInto(value, layout, reader, path, work);
      return value;
    }
    case 'choice':
      return decode(layout.choose(scope), reader, path, work);
  }
}

function decodeArray(
  layout: Extract<Layout, { kind: 'array' }>,
  reader: ByteReader,
  path: string,
  work: ReadingWork,
): FieldValue[] {
  const count = sizeOf(layout.count, work.scope);
  const elements: FieldValue[] = [];
  for (let index = 0; index < count; index++) {
    const before = reader.offset;
    elements.push(decode(layout.of, reader, `${path}[${index}]`, work));
    if (reader.offset === before && --work.empty.left < 0) {
      throw new CodecError(`${path}: too many elements of no size`);
    }
  }
  return elements;
}

/** Writes a record. @throws CodecError when a value is missing or does not fit */
export function encodeRecord(
  layout: Layout,
  value: Readonly<Record<string, unknown>>,
  context: TableContext,
  formats: Formats,
): Uint8Array {
  const writer = new ByteWriter();
  encode(layout, value, writer, '', { scope: { tables: context, self: value }, formats });
  return writer.finish();
}

/** Writes one element of a record; `path` names it in errors. @throws CodecError */
export function encode(
  layout: Layout,
  value: unknown,
  writer: ByteWriter,
  path: string,
  work: Work,
): void {
  const { scope, formats } = work;
  switch (layout.kind) {
    case 'uint':
      writer.unsigned(path, asNumber(value, path), layout.bytes, formats.order);
      return;
    case 'int':
      writer.signed(path, asNumber(value, path), layout.bytes, formats.order);
      return;
    case 'text':
      writer.bytes(characters(value, path, sizeOf(layout.length, scope), layout.pad));
      return;
    case 'octets':
      writer.bytes(exactOctets(value, path, sizeOf(layout.length, scope)));
      return;
    case 'rest':
      writer.bytes(fromHex(asText(value, path)));
      return;
    case 'bits':
      writer.unsigned(path, joinBits(value, path, layout), layout.bytes, formats.order);
      return;
    case 'set':
      writer.bytes(bytesOfSet(value, path, sizeOf(layout.length, scope)));
      return;
    case 'ltime':
      writeDate(writer, path, true, formats, asNumberOrNull(value, path));
      return;
    case 'stime':
      writeDate(writer, path, false, formats, asNumberOrNull(value, path));
      return;
    case 'time':
      writeTimeOfDay(writer, path, formats, asNumberOrNull(value, path));
      return;
    case 'date':
      writeDay(writer, path, formats, value === null ? null : asText(value, path));
      return;
    case 'ni': {
      const format = layout.format === 1 ? formats.ni1 : formats.ni2;
      const number = typeof value === 'string' ? value : asNumberOrNull(value, path);
      writeNumber(writer, path, format, formats.order, number);
      return;
    }
    case 'array': {
      const elements = asList(value, path);
      const count = sizeOf(layout.count, scope);
      if (elements.length !== count) {
        throw new CodecError(`${path}: ${count} elements wanted, ${elements.length} given`);
      }
      for (const [index, element] of elements.entries()) {
        encode(layout.of, element, writer, `${path}[${index}]`, work);
      }
      return;
    }
    case 'record':
      for (const field of layout.fields) {
        if (field.when !== undefined && !field.when(scope)) continue;
        encode(
          field.layout,
          asRecord(value, path)[field.name],
          writer,
          join(path, field.name),
          work,
        );
      }
      return;
    case 'choice':
      encode(layout.choose(scope), value, writer, path, work);
      return;
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function withoutTrailing(text: string, pad: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === pad) end--;
  return text.slice(0, end);
}

function splitBits(value: number, fields: BitFields): TableValue {
  const parts: Record<string, FieldValue> = {};
  let reserved = value;
  for (const [name, place] of Object.entries(fields)) {
    const [from, to] = typeof place === 'number' ? [place, place] : place;
    const part = Math.floor(value / 2 ** from) % 2 ** (to - from + 1);
    parts[name] = typeof place === 'number' ? part === 1 : part;
    reserved -= part * 2 ** from;
  }
  // Bits without a name are kept, so that a table that was read can be written back unchanged.
  if (reserved !== 0) parts[RESERVED] = reserved;
  return parts;
}

function joinBits(value: unknown, path: string, layout: Extract<Layout, { kind: 'bits' }>): number {
  const parts = asRecord(value, path);
  for (const name of Object.keys(parts)) {
    if (name !== RESERVED && layout.fields[name] === undefined) {
      throw new CodecError(`${join(path, name)}: there is no such flag`);
    }
  }
  let sum = parts[RESERVED] === undefined ? 0 : asNumber(parts[RESERVED], join(path, RESERVED));
  for (const [name, place] of Object.entries(layout.fields)) {
    const [from, to] = typeof place === 'number' ? [place, place] : place;
    const given = parts[name];
    const part =
      typeof given === 'boolean' ? Number(given) : asNumber(given ?? 0, join(path, name));
    if (!Number.isInteger(part) || part < 0 || part >= 2 ** (to - from + 1)) {
      throw new CodecError(`${join(path, name)}: ${part} does not fit into its bits`);
    }
    sum += part * 2 ** from;
  }
  return sum;
}

function elementsOf(bytes: Uint8Array): number[] {
  const elements: number[] = [];
  for (const [index, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) elements.push(index * 8 + bit);
  }
  return elements;
}

function bytesOfSet(value: unknown, path: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (const element of asList(value, path)) {
    const number = asNumber(element, path);
    const byte = bytes[number >> 3];
    if (!Number.isInteger(number) || number < 0 || byte === undefined) {
      throw new CodecError(`${path}: element ${number} is not within ${8 * length}`);
    }
    bytes[number >> 3] = byte | (1 << (number & 7));
  }
  return bytes;
}

function characters(value: unknown, path: string, length: number, pad: string): Uint8Array {
  const text = asText(value, path).padEnd(length, pad);
  if (text.length > length) throw new CodecError(`${path}: more than ${length} characters`);
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    if (code > 0xff) throw new CodecError(`${path}: '${character}' is not in Latin-1`);
    return code;
  });
}

function exactOctets(value: unknown, path: string, length: number): Uint8Array {
  const bytes = fromHex(asText(value, path));
  if (bytes.length !== length) {
    throw new CodecError(`${path}: ${length} bytes wanted, ${bytes.length} given`);
  }
  return bytes;
}

function asNumber(value: unknown, path: string): number {
  if (typeof value !== 'number') throw new CodecError(`${path}: a number is missing`);
  return value;
}

function asNumberOrNull(value: unknown, path: string): number | null {
  return value === null ? null : asNumber(value, path);
}

function asText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new CodecError(`${path}: a text is missing`);
  return value;
}

function asList(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new CodecError(`${path}: a list is missing`);
  return value;
}

function asRecord(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) {
    throw new CodecError(`${path}: a record is missing`);
  }
  return value as Readonly<Record<string, unknown>>;
}
