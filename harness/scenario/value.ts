import { z } from 'zod';
import { formatQuantity, parseQuantity, spellingsOf } from '../../devices/domain/quantity.ts';
import type { Unit } from '../../devices/domain/quantity.ts';
import type { ParameterValue } from '../plan/plan.ts';

/**
 * Values in a scenario: written out ("5 s", true, 25) or a reference to a parameter (`$lower`) or
 * to the meter's profile (`$profile.clock.tick`).
 */
export type ValueType = Unit | 'any quantity' | 'flag' | 'text';

const REFERENCE = /^\$[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)*$/;

/** What a person would call a value of a unit, and an example of it. */
const NOUNS: Readonly<Record<ValueType, readonly [noun: string, example: string]>> = {
  ns: ['a duration', '5 s'],
  ppm: ['a percentage', '0.5 %'],
  mA: ['a current', '15 A'],
  mV: ['a voltage', '240 V'],
  mWh: ['an energy', '1 Wh'],
  count: ['a whole number', '25'],
  'any quantity': ['a number with its unit', '5 s'],
  flag: ['true or false', 'true'],
  text: ['a text', 'some words'],
};

/** The usual spelling of a unit, for suggestions. */
const USUAL: Readonly<Record<Unit, string>> = {
  ns: 's',
  ppm: '%',
  mA: 'A',
  mV: 'V',
  mWh: 'Wh',
  count: 'pulses',
};

/** What a value is called in messages, e.g. "a duration". */
export function nounOf(type: ValueType): string {
  return NOUNS[type][0];
}

/** "5 s" for a bare 5 where a duration is needed. */
export function withUnit(value: number, type: ValueType): string {
  return `${value} ${type in USUAL ? USUAL[type as Unit] : 's'}`;
}

const TYPES = new WeakMap<object, ValueType>();

/** The type of value that a leaf of the language asks for; undefined for plain words. */
export function valueTypeOf(schema: z.ZodType | undefined): ValueType | undefined {
  return schema === undefined ? undefined : TYPES.get(schema);
}

export function isReference(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('$');
}

/** A quantity of one unit, written with it or referred to. */
export function quantity(unit: Unit | 'any quantity', description: string) {
  const [noun, example] = NOUNS[unit];
  const spellings = unit === 'any quantity' ? [] : spellingsOf(unit);
  const pattern =
    spellings.length === 0
      ? new RegExp(String.raw`^(\$[\w.-]+|[+-]?\d+(\.\d+)?\s*[A-Za-z%]+)$`)
      : new RegExp(String.raw`^(\$[\w.-]+|[+-]?\d+(\.\d+)?\s*(${spellings.join('|')}))$`);
  const schema = z
    .string({
      error: ({ input }) =>
        typeof input === 'number'
          ? `${input} has no unit; ${noun} is needed: "${withUnit(input, unit)}"?`
          : `${noun}, e.g. "${example}"`,
    })
    .regex(pattern, {
      error: ({ input }) =>
        `"${String(input)}" is not ${noun}${spellings.length > 0 ? ` (units: ${spellings.join(', ')})` : ''}`,
    })
    .describe(description);
  TYPES.set(schema, unit);
  return schema;
}

export function duration(description: string) {
  return quantity('ns', description);
}

function reference(type: ValueType) {
  const schema = z.string().regex(REFERENCE, {
    error: ({ input }) => `"${String(input)}" is not ${nounOf(type)}`,
  });
  TYPES.set(schema, type);
  return schema;
}

/** true or false, or a reference to one. */
export function flag(description: string) {
  const schema = z
    .union([z.boolean(), reference('flag')], { error: () => 'true or false' })
    .describe(description);
  TYPES.set(schema, 'flag');
  return schema;
}

/** A whole number without a unit, or a reference to one. */
export function count(description: string) {
  const schema = z
    .union(
      [
        z.int({ error: () => 'a whole number' }).min(0, { error: () => 'zero or more' }),
        reference('count'),
      ],
      { error: () => 'a whole number' },
    )
    .describe(description);
  TYPES.set(schema, 'count');
  return schema;
}

/** A value as a person writes it in `parameters` or `cases`. */
export type Scalar = string | number | boolean;

/**
 * The value that a text without a reference stands for.
 * @returns undefined for a text that begins like a quantity and is none.
 */
export function literal(written: Scalar): ParameterValue | undefined {
  if (typeof written !== 'string') return written;
  const parsed = parseQuantity(written);
  if (parsed !== undefined) return parsed;
  return /^[+-]?\d/.test(written) ? undefined : written;
}

/** The type of a value. */
export function typeOfValue(value: ParameterValue): ValueType {
  if (typeof value === 'object') return value.unit;
  if (typeof value === 'boolean') return 'flag';
  return typeof value === 'number' ? 'count' : 'text';
}

/** Whether a value of one type may stand where another is wanted. */
export function accepts(wanted: ValueType, given: ValueType): boolean {
  if (wanted === 'any quantity') return given !== 'flag' && given !== 'text';
  return wanted === given;
}

/** A value for people: "5 s", "true", "3". */
export function showValue(value: ParameterValue): string {
  return typeof value === 'object' ? formatQuantity(value) : String(value);
}
