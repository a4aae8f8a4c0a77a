/** Values of `Data` that hold no others, in A-XDR. */
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import {
  readBoolean,
  readLength,
  readOctets,
  writeBoolean,
  writeLength,
  writeOctets,
} from './axdr.ts';
import type { BytesType, Data, DataType, NumberType } from './data.ts';

export type ScalarData = Exclude<Data, { readonly items: readonly Data[] }>;
export type ScalarType = ScalarData['type'];

const TAGS = {
  'null-data': 0,
  array: 1,
  structure: 2,
  boolean: 3,
  'bit-string': 4,
  'double-long': 5,
  'double-long-unsigned': 6,
  'octet-string': 9,
  'visible-string': 10,
  'utf8-string': 12,
  bcd: 13,
  integer: 15,
  long: 16,
  unsigned: 17,
  'long-unsigned': 18,
  'compact-array': 19,
  long64: 20,
  'long64-unsigned': 21,
  enum: 22,
  float32: 23,
  float64: 24,
  'date-time': 25,
  date: 26,
  time: 27,
  'dont-care': 255,
} as const satisfies Record<DataType, number>;

const TYPES = new Map<number, DataType>(
  Object.entries(TAGS).map(([type, tag]) => [tag, type as DataType]),
);

type FloatType = 'float32' | 'float64';
type IntegerType = Exclude<NumberType, FloatType>;

const INTEGERS: Readonly<Record<IntegerType, { octets: number; signed: boolean }>> = {
  'double-long': { octets: 4, signed: true },
  'double-long-unsigned': { octets: 4, signed: false },
  integer: { octets: 1, signed: true },
  long: { octets: 2, signed: true },
  unsigned: { octets: 1, signed: false },
  'long-unsigned': { octets: 2, signed: false },
  enum: { octets: 1, signed: false },
};

/** Types of octets that travel without a length. */
const FIXED_OCTETS = { 'date-time': 12, date: 5, time: 4 } as const;

export function writeTag(writer: ByteWriter, type: DataType): void {
  writer.octet('Data tag', TAGS[type]);
}

/** @throws CodecError when the tag is not known */
export function readTag(reader: ByteReader): DataType {
  const tag = reader.octet('Data tag');
  const type = TYPES.get(tag);
  if (type === undefined) {
    throw new CodecError(`Data tag: ${tag} is not known, before offset ${reader.offset}`);
  }
  return type;
}

/** What follows the tag. @throws CodecError when the value does not fit its type */
export function writeScalar(writer: ByteWriter, data: ScalarData): void {
  switch (data.type) {
    case 'null-data':
    case 'dont-care':
      return;
    case 'boolean':
      writeBoolean(writer, data.value);
      return;
    case 'bit-string':
      writeBits(writer, data.bits);
      return;
    case 'visible-string':
      writeOctets(writer, latin1(data.text));
      return;
    case 'utf8-string':
      writeOctets(writer, new TextEncoder().encode(data.text));
      return;
    case 'octet-string':
    case 'bcd':
    case 'date-time':
    case 'date':
    case 'time':
      writeBytes(writer, data.type, data.bytes);
      return;
    case 'long64':
    case 'long64-unsigned':
      writeLong64(writer, data.type, data.value);
      return;
    case 'double-long':
    case 'double-long-unsigned':
    case 'integer':
    case 'long':
    case 'unsigned':
    case 'long-unsigned':
    case 'enum':
      writeInteger(writer, data.type, data.value);
      return;
    case 'float32':
    case 'float64':
      writeFloat(writer, data.type, data.value);
  }
}

/** What follows the tag. @throws CodecError */
export function readScalar(reader: ByteReader, type: ScalarType): ScalarData {
  switch (type) {
    case 'null-data':
    case 'dont-care':
      return { type };
    case 'boolean':
      return { type, value: readBoolean(reader, type) };
    case 'bit-string':
      return { type, bits: readBits(reader) };
    case 'visible-string':
      return { type, text: fromLatin1(reader.view(type, readLength(reader, type))) };
    case 'utf8-string':
      return { type, text: fromUtf8(reader.view(type, readLength(reader, type))) };
    case 'octet-string':
    case 'bcd':
      return { type, bytes: readOctets(reader, type) };
    case 'date-time':
    case 'date':
    case 'time':
      return { type, bytes: reader.bytes(type, FIXED_OCTETS[type]) };
    case 'long64':
    case 'long64-unsigned':
      return { type, value: readLong64(reader, type) };
    case 'double-long':
    case 'double-long-unsigned':
    case 'integer':
    case 'long':
    case 'unsigned':
    case 'long-unsigned':
    case 'enum':
      return { type, value: readInteger(reader, type) };
    case 'float32':
    case 'float64':
      return { type, value: readFloat(reader, type) };
  }
}

function writeInteger(writer: ByteWriter, type: IntegerType, value: number): void {
  const { octets, signed } = INTEGERS[type];
  if (signed) writer.signed(type, value, octets, 'big-endian');
  else writer.unsigned(type, value, octets, 'big-endian');
}

function readInteger(reader: ByteReader, type: IntegerType): number {
  const { octets, signed } = INTEGERS[type];
  return signed
    ? reader.signed(type, octets, 'big-endian')
    : reader.unsigned(type, octets, 'big-endian');
}

function writeFloat(writer: ByteWriter, type: FloatType, value: number): void {
  const view = new DataView(new ArrayBuffer(type === 'float32' ? 4 : 8));
  if (type === 'float32') view.setFloat32(0, value);
  else view.setFloat64(0, value);
  writer.bytes(new Uint8Array(view.buffer));
}

function readFloat(reader: ByteReader, type: FloatType): number {
  return type === 'float32'
    ? viewOf(reader.view(type, 4)).getFloat32(0)
    : viewOf(reader.view(type, 8)).getFloat64(0);
}

function writeLong64(writer: ByteWriter, type: 'long64' | 'long64-unsigned', value: bigint): void {
  const kept = type === 'long64' ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
  if (kept !== value) throw new CodecError(`${type}: ${value} does not fit into 8 bytes`);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, value));
  writer.bytes(new Uint8Array(view.buffer));
}

function readLong64(reader: ByteReader, type: 'long64' | 'long64-unsigned'): bigint {
  const view = viewOf(reader.view(type, 8));
  return type === 'long64' ? view.getBigInt64(0) : view.getBigUint64(0);
}

function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}

function writeBytes(writer: ByteWriter, type: BytesType, bytes: Uint8Array): void {
  if (type === 'octet-string' || type === 'bcd') {
    writeOctets(writer, bytes);
    return;
  }
  const fixed = FIXED_OCTETS[type];
  if (bytes.length !== fixed) {
    throw new CodecError(`${type}: ${fixed} octets wanted, ${bytes.length} given`);
  }
  writer.bytes(bytes);
}

/** Bits fill octets from the highest on; the rest of the last octet is zero. */
function writeBits(writer: ByteWriter, bits: string): void {
  if (/[^01]/.test(bits)) throw new CodecError('bit-string: a digit is neither 0 nor 1');
  writeLength(writer, bits.length);
  for (let at = 0; at < bits.length; at += 8) {
    writer.octet('bit-string', Number.parseInt(bits.slice(at, at + 8).padEnd(8, '0'), 2));
  }
}

function readBits(reader: ByteReader): string {
  const length = readLength(reader, 'bit-string');
  const octets = reader.view('bit-string', Math.ceil(length / 8));
  return Array.from(octets, (octet) => octet.toString(2).padStart(8, '0'))
    .join('')
    .slice(0, length);
}

/** Visible strings are ASCII; what else peers send in them is kept as Latin-1. */
function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xff) throw new CodecError('visible-string: a character does not fit into an octet');
    return code;
  });
}

function fromLatin1(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('latin1');
}

function fromUtf8(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch (error) {
    throw new CodecError('utf8-string: no UTF-8', { cause: error });
  }
}
