/** What A-XDR (IEC 61334-6) puts around values: lengths, counts and the flags of what is optional. */
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError, ShortRead } from '../bytes/codec-error.ts';

const SHORT_LENGTH_MAX = 0x7f;
const LENGTH_OCTETS_MAX = 4;

/** A length or count: one octet to 127, else 80 + n and n octets. @throws CodecError */
export function readLength(reader: ByteReader, field: string): number {
  const first = reader.octet(`${field} length`);
  if (first <= SHORT_LENGTH_MAX) return first;
  const octets = first & SHORT_LENGTH_MAX;
  if (octets === 0 || octets > LENGTH_OCTETS_MAX) {
    throw new CodecError(
      `${field} length: 1 to ${LENGTH_OCTETS_MAX} octets wanted, ${octets} announced before offset ${reader.offset}`,
    );
  }
  return reader.unsigned(`${field} length`, octets, 'big-endian');
}

/** Writes a length or count as short as possible. @throws CodecError beyond four octets */
export function writeLength(writer: ByteWriter, length: number): void {
  if (length <= SHORT_LENGTH_MAX) {
    writer.octet('length', length);
    return;
  }
  const octets = length > 0xff_ffff ? 4 : length > 0xffff ? 3 : length > 0xff ? 2 : 1;
  writer.octet('length', 0x80 + octets).unsigned('length', length, octets, 'big-endian');
}

/** The octets of an OCTET STRING with its length, as a copy. @throws CodecError */
export function readOctets(reader: ByteReader, field: string): Uint8Array {
  return reader.bytes(field, readLength(reader, field));
}

export function writeOctets(writer: ByteWriter, octets: Uint8Array): void {
  writeLength(writer, octets.length);
  writer.bytes(octets);
}

/** A BOOLEAN: 00 is false, anything else true. @throws ShortRead */
export function readBoolean(reader: ByteReader, field: string): boolean {
  return reader.octet(field) !== 0;
}

export function writeBoolean(writer: ByteWriter, value: boolean): void {
  writer.octet('BOOLEAN', value ? 1 : 0);
}

/** Whether what is OPTIONAL stands there. @throws CodecError when the flag is neither 00 nor 01 */
export function readPresence(reader: ByteReader, field: string): boolean {
  const flag = reader.octet(`${field} presence`);
  if (flag > 1) {
    throw new CodecError(
      `${field} presence: 0 or 1 wanted, ${flag} before offset ${reader.offset}`,
    );
  }
  return flag === 1;
}

/** A SEQUENCE OF: its count, then its members. @throws CodecError */
export function readList<T>(
  reader: ByteReader,
  field: string,
  readOne: (reader: ByteReader) => T,
): T[] {
  const count = readLength(reader, field);
  // Every member has an octet at least: a count beyond what is left is refused before it costs.
  if (count > reader.left) throw new ShortRead(field, count, reader.left, reader.offset);
  const members: T[] = [];
  for (let index = 0; index < count; index++) members.push(readOne(reader));
  return members;
}

export function writeList<T>(
  writer: ByteWriter,
  members: readonly T[],
  writeOne: (writer: ByteWriter, member: T) => void,
): void {
  writeLength(writer, members.length);
  for (const member of members) writeOne(writer, member);
}

/** The name of a number in a table of names. @throws CodecError when it has none */
export function nameOf<Name extends string>(
  field: string,
  names: Readonly<Record<Name, number>>,
  number: number,
): Name {
  for (const name in names) if (names[name] === number) return name;
  throw new CodecError(`${field}: ${number} is not known`);
}
