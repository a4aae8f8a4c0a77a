/** Values of the profile as Data: each shape writes and reads one type, and refuses any other. */
import { CodecError } from '../../bytes/codec-error.ts';
import { array, type Data, type NumberType, structure } from '../data.ts';

export interface Shape<T> {
  /** @throws CodecError when the value does not fit */
  write(name: string, value: T): Data;
  /** @throws CodecError when the data are of another type or form */
  read(name: string, data: Data): T;
}

type Integer = Exclude<NumberType, 'enum' | 'float32' | 'float64'>;

const RANGES: Readonly<Record<Integer, readonly [least: number, most: number]>> = {
  integer: [-0x80, 0x7f],
  unsigned: [0, 0xff],
  long: [-0x8000, 0x7fff],
  'long-unsigned': [0, 0xffff],
  'double-long': [-0x8000_0000, 0x7fff_ffff],
  'double-long-unsigned': [0, 0xffff_ffff],
};

/** An integer of a number type. */
export function integerOf(type: Integer): Shape<number> {
  const [least, most] = RANGES[type];
  return {
    write(name, value) {
      if (!Number.isInteger(value) || value < least || value > most) {
        throw new CodecError(`${name}: ${value} is no ${type}`);
      }
      return { type, value };
    },
    read(name, data) {
      if (data.type !== type) throw wrongType(name, type, data);
      return data.value;
    },
  };
}

export const unsigned8 = integerOf('unsigned');
export const unsigned16 = integerOf('long-unsigned');
export const unsigned32 = integerOf('double-long-unsigned');

/** Whole numbers beyond 32 bits: instants in ms, durations in ns. */
export const long64: Shape<number> = {
  write(name, value) {
    if (!Number.isSafeInteger(value)) throw new CodecError(`${name}: ${value} is no exact integer`);
    return { type: 'long64', value: BigInt(value) };
  },
  read(name, data) {
    if (data.type !== 'long64') throw wrongType(name, 'long64', data);
    const value = Number(data.value);
    if (!Number.isSafeInteger(value)) throw new CodecError(`${name}: ${value} is no exact integer`);
    return value;
  },
};

export const flag: Shape<boolean> = {
  write: (_name, value) => ({ type: 'boolean', value }),
  read(name, data) {
    if (data.type !== 'boolean') throw wrongType(name, 'boolean', data);
    return data.value;
  },
};

const MOST_CHARACTERS = 255;

export const text: Shape<string> = {
  write(name, value) {
    if (value.length > MOST_CHARACTERS) {
      throw new CodecError(`${name}: at most ${MOST_CHARACTERS} characters wanted`);
    }
    return { type: 'utf8-string', text: value };
  },
  read(name, data) {
    if (data.type !== 'utf8-string') throw wrongType(name, 'utf8-string', data);
    text.write(name, data.text);
    return data.text;
  },
};

export const octets: Shape<Uint8Array> = {
  write: (_name, bytes) => ({ type: 'octet-string', bytes }),
  read(name, data) {
    if (data.type !== 'octet-string') throw wrongType(name, 'octet-string', data);
    return data.bytes;
  },
};

/** One of a list of words, by its place. */
export function oneOf<T extends string>(words: readonly T[]): Shape<T> {
  return {
    write: (_name, word) => ({ type: 'enum', value: words.indexOf(word) }),
    read(name, data) {
      if (data.type !== 'enum') throw wrongType(name, 'enum', data);
      const word = words[data.value];
      if (word === undefined) throw new CodecError(`${name}: ${data.value} stands for nothing`);
      return word;
    },
  };
}

/** A value that may be unset: null-data. */
export function optional<T>(shape: Shape<T>): Shape<T | null> {
  return {
    write: (name, value) => (value === null ? { type: 'null-data' } : shape.write(name, value)),
    read: (name, data) => (data.type === 'null-data' ? null : shape.read(name, data)),
  };
}

/** A structure whose fields stand in the order in which they are given here. */
export function record<T extends object>(fields: {
  readonly [K in keyof T]: Shape<T[K]>;
}): Shape<T> {
  const entries = Object.entries(fields) as [keyof T & string, Shape<T[keyof T & string]>][];
  return {
    write: (_name, value) =>
      structure(...entries.map(([key, shape]) => shape.write(key, value[key]))),
    read(name, data) {
      const items = itemsOf(name, data, 'structure');
      if (items.length !== entries.length) {
        throw new CodecError(`${name}: ${entries.length} fields wanted, ${items.length} found`);
      }
      return Object.fromEntries(
        entries.map(([key, shape], place) => [key, shape.read(key, items[place] as Data)]),
      ) as T;
    },
  };
}

/** An array of at most so many elements. */
export function listOf<T>(shape: Shape<T>, most: number): Shape<readonly T[]> {
  const check = (name: string, count: number): void => {
    if (count > most) throw new CodecError(`${name}: at most ${most} wanted, ${count} found`);
  };
  return {
    write(name, values) {
      check(name, values.length);
      return array(values.map((value) => shape.write(name, value)));
    },
    read(name, data) {
      const items = itemsOf(name, data, 'array');
      check(name, items.length);
      return items.map((item) => shape.read(name, item));
    },
  };
}

/** What an array or a structure holds. @throws CodecError for any other data */
export function itemsOf(name: string, data: Data, type: 'array' | 'structure'): readonly Data[] {
  if (data.type !== type) throw wrongType(name, type, data);
  return data.items;
}

function wrongType(name: string, wanted: string, { type }: Data): CodecError {
  return new CodecError(`${name}: ${wanted} wanted, ${type} found`);
}
