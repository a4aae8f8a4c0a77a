/**
 * How values stand inside the project's tables: one small object a field type, and records of
 * them. Integers are little-endian, as DATA_ORDER of ST0 has it for this family (C12.19).
 */
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';

/** Writes one value of a table and reads it back. Both throw nothing but CodecError. */
export interface Field<T> {
  write(writer: ByteWriter, name: string, value: T): void;
  read(reader: ByteReader, name: string): T;
}

/** Fields one after the other, each under its name. */
export type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/** An unsigned integer of up to six bytes; six hold an instant (UTC ms). */
export function unsigned(length: number): Field<number> {
  return {
    write: (writer, name, value) => void writer.unsigned(name, value, length, 'little-endian'),
    read: (reader, name) => reader.unsigned(name, length, 'little-endian'),
  };
}

/** A two's complement integer of up to six bytes. */
export function signed(length: number): Field<number> {
  return {
    write: (writer, name, value) => void writer.signed(name, value, length, 'little-endian'),
    read: (reader, name) => reader.signed(name, length, 'little-endian'),
  };
}

/** An integer of a field, within limits that are narrower than its bytes. */
export function within(field: Field<number>, least: number, greatest: number): Field<number> {
  const check = (name: string, value: number): number => {
    if (value >= least && value <= greatest) return value;
    throw new CodecError(`${name}: ${least} to ${greatest} wanted, ${value} found`);
  };
  return {
    write: (writer, name, value) => field.write(writer, name, check(name, value)),
    read: (reader, name) => check(name, field.read(reader, name)),
  };
}

const UNSET = 0xffff_ffff;

/** Four bytes; all ones say that it is unset (null). */
export const unsigned32OrUnset: Field<number | null> = {
  write(writer, name, value) {
    if (value === UNSET) throw new CodecError(`${name}: ${value} would mean unset`);
    writer.unsigned(name, value ?? UNSET, 4, 'little-endian');
  },
  read(reader, name) {
    const value = reader.unsigned(name, 4, 'little-endian');
    return value === UNSET ? null : value;
  },
};

/** One byte, 0 or 1. */
export const flag: Field<boolean> = {
  write: (writer, name, value) => void writer.octet(name, value ? 1 : 0),
  read(reader, name) {
    const value = reader.octet(name);
    if (value > 1) throw new CodecError(`${name}: 0 or 1 wanted, ${value} found`);
    return value === 1;
  },
};

/** Latin-1 with its length, one byte, in front. The text itself is in no error. */
export const text: Field<string> = {
  write(writer, name, value) {
    writer.octet(`${name} length`, value.length);
    for (let place = 0; place < value.length; place++) {
      const code = value.charCodeAt(place);
      if (code > 0xff) throw new CodecError(`${name}: character ${place + 1} is not in Latin-1`);
      writer.octet(name, code);
    }
  },
  read: (reader, name) =>
    String.fromCharCode(...reader.bytes(name, reader.octet(`${name} length`))),
};

/** Named fields in this order. */
export function record<T extends object>(fields: Fields<T>): Field<T> {
  const entries = Object.entries(fields) as [keyof T & string, Field<T[keyof T]>][];
  return {
    write(writer, _, value) {
      for (const [name, field] of entries) field.write(writer, name, value[name]);
    },
    read(reader) {
      const value = {} as T;
      for (const [name, field] of entries) value[name] = field.read(reader, name) as T[typeof name];
      return value;
    },
  };
}
