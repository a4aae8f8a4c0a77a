/**
 * How values stand in a payload: one small object a type, and records of them. What is written has
 * no member too many, what is read none too many or too few. Ranges are those of the tables that
 * carry the same values over C12.22: whatever is said in one language can be said in the other.
 */
import { CodecError } from '../bytes/codec-error.ts';

/** What an encoder of CBOR or JSON takes. */
export type Plain =
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | readonly Plain[]
  | { readonly [key: string]: Plain };

/** What a decoder gave: maps keep whatever keys they came with. */
export type Decoded =
  | number
  | string
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly Decoded[]
  | ReadonlyMap<unknown, Decoded>;

/** Writes one value and reads it back. Both throw nothing but CodecError. */
export interface Shape<T> {
  write(name: string, value: T): Plain;
  read(name: string, value: Decoded): T;
}

/** Values that are written as they are, once they were checked. */
function checked<T extends number | string | boolean>(
  check: (name: string, value: unknown) => T,
): Shape<T> {
  return { write: check, read: check };
}

/** A whole number within limits. */
export function whole(least: number, greatest: number): Shape<number> {
  return checked((name, value) => {
    if (!Number.isSafeInteger(value) || !isWithin(value as number, least, greatest)) {
      const found = typeof value === 'number' ? `${value}` : kindOf(value);
      throw new CodecError(`${name}: ${least} to ${greatest} wanted, ${found} found`);
    }
    // There is one zero.
    return (value as number) + 0;
  });
}

function isWithin(value: number, least: number, greatest: number): boolean {
  return value >= least && value <= greatest;
}

export const unsigned8 = whole(0, 0xff);
export const unsigned16 = whole(0, 0xffff);
export const unsigned32 = whole(0, 0xffff_ffff);
export const signed16 = whole(-0x8000, 0x7fff);
/** UTC milliseconds, and counts of pulses. */
export const unsigned48 = whole(0, 2 ** 48 - 1);
/** A number of JavaScript, and of JSON's readers, holds no more of them exactly. */
export const nanoseconds = whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

export const flag = checked((name, value) => {
  if (typeof value === 'boolean') return value;
  throw new CodecError(`${name}: true or false wanted, ${kindOf(value)} found`);
});

const TEXT_LENGTH_MAX = 255;

/** Up to 255 characters of Latin-1. The text itself is in no error. */
export const text = checked((name, value) => {
  if (typeof value !== 'string') {
    throw new CodecError(`${name}: a text wanted, ${kindOf(value)} found`);
  }
  if (value.length > TEXT_LENGTH_MAX) {
    throw new CodecError(
      `${name}: at most ${TEXT_LENGTH_MAX} characters wanted, ${value.length} found`,
    );
  }
  for (let place = 0; place < value.length; place++) {
    if (value.charCodeAt(place) > 0xff) {
      throw new CodecError(`${name}: character ${place + 1} is not in Latin-1`);
    }
  }
  return value;
});

/** One of these words. */
export function word<T extends string>(words: readonly T[]): Shape<T> {
  return checked((name, value) => {
    const found = words.find((one) => one === value);
    if (found !== undefined) return found;
    throw new CodecError(`${name}: one of ${words.join(', ')} wanted`);
  });
}

/** A value or null, which says that it is unset. */
export function orUnset<T>(shape: Shape<T>): Shape<T | null> {
  return {
    write: (name, value) => (value === null ? null : shape.write(name, value)),
    read: (name, value) => (value === null ? null : shape.read(name, value)),
  };
}

/** So many values at most. */
export function list<T>(shape: Shape<T>, most: number): Shape<readonly T[]> {
  const check = (name: string, count: number): void => {
    if (count > most) throw new CodecError(`${name}: at most ${most} wanted, ${count} found`);
  };
  return {
    write(name, values) {
      check(name, values.length);
      return values.map((value) => shape.write(name, value));
    },
    read(name, values) {
      if (!Array.isArray(values)) {
        throw new CodecError(`${name}: a list wanted, ${kindOf(values)} found`);
      }
      check(name, values.length);
      return values.map((value: Decoded) => shape.read(name, value));
    },
  };
}

/** A shape for each member. */
export type Shapes<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

/** Named members, all of them and no others. */
export function record<T extends object>(shapes: Shapes<T>): Shape<T> {
  return membersOf<T>(shapes, true);
}

/** Named members, those that there are. */
export function partial<T extends object>(shapes: Shapes<T>): Shape<Partial<T>> {
  return membersOf<Partial<T>>(shapes, false);
}

function membersOf<T extends object>(shapes: Shapes<T>, isComplete: boolean): Shape<T> {
  const entries = Object.entries(shapes) as [keyof T & string, Shape<unknown>][];
  return {
    write(_, value) {
      const plain: Record<string, Plain> = {};
      for (const [name, shape] of entries) {
        if (isComplete || value[name] !== undefined) plain[name] = shape.write(name, value[name]);
      }
      return plain;
    },
    read(name, value) {
      if (!(value instanceof Map)) {
        throw new CodecError(`${name}: a map wanted, ${kindOf(value)} found`);
      }
      for (const key of value.keys()) {
        if (typeof key !== 'string' || !Object.hasOwn(shapes, key)) {
          throw new CodecError(`${name}: an unknown member found`);
        }
      }
      const read = {} as T;
      for (const [member, shape] of entries) {
        if (value.has(member)) read[member] = shape.read(member, value.get(member)) as never;
        else if (isComplete) throw new CodecError(`${name}: ${member} is missing`);
      }
      return read;
    },
  };
}

/** What a value is, for errors: a payload may hold a PIN, and is in none. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'a map';
  return value instanceof Uint8Array ? 'bytes' : `a ${typeof value}`;
}
