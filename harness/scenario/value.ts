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
  mdegC: ['a temperature', '23 °C'],
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
  mdegC: '°C',
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

/**
 * What a value must not lie beyond, in the smallest step of its unit: not below `least`, only above
 * `above`, not over `most`.
 */
export interface Bounds {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
}

export const POSITIVE: Bounds = { above: 0 };
export const NOT_NEGATIVE: Bounds = { least: 0 };

const BOUNDS = new WeakMap<object, Bounds>();

/** The bounds of a leaf of the language; undefined when any value of its type will do. */
export function boundsOf(schema: z.ZodType | undefined): Bounds | undefined {
  return schema === undefined ? undefined : BOUNDS.get(schema);
}

/** What a value must be instead, e.g. "must be more than 0 s"; null for one within its bounds. */
export function beyond(bounds: Bounds, value: ParameterValue): string | null {
  const given = typeof value === 'object' ? value.value : value;
  if (typeof given !== 'number') return null;
  const shown = (bound: number): string =>
    showValue(typeof value === 'object' ? { value: bound, unit: value.unit } : bound);
  const { least, above, most } = bounds;
  if (above !== undefined && given <= above) return `must be more than ${shown(above)}`;
  if (least !== undefined && given < least) return `must be at least ${shown(least)}`;
  if (most !== undefined && given > most) return `must be at most ${shown(most)}`;
  return null;
}

/** Why a text that begins like a quantity is none; null when it is one. */
export function misfit(written: string): string | null {
  if (parseQuantity(written) !== undefined) return null;
  const [, whole, spelling] = /^([+-]?\d+)[\d.]*\s*([A-Za-z%°]+)$/.exec(written) ?? [];
  if (spelling === undefined || parseQuantity(`1 ${spelling}`) === undefined) {
    return `"${written}" begins like a quantity, but it is none that is known here`;
  }
  if (parseQuantity(`${whole} ${spelling}`) !== undefined) {
    return `"${written}" is finer than can be counted here`;
  }
  const most = spellingsOf('ns').includes(spelling) ? ': a duration is at most 104 days' : '';
  return `"${written}" is more than can be counted here${most}`;
}

export function isReference(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('$');
}

/** A quantity of one unit, written with it or referred to. */
export function quantity(unit: Unit | 'any quantity', description: string, bounds: Bounds = {}) {
  const [noun, example] = NOUNS[unit];
  const spellings = unit === 'any quantity' ? [] : spellingsOf(unit);
  const schema = z
    .string({
      error: ({ input }) =>
        typeof input === 'number'
          ? `${input} has no unit; ${noun} is needed: "${withUnit(input, unit)}"?`
          : `${noun}, e.g. "${example}"`,
    })
    .regex(formOf(unit), {
      error: ({ input }) =>
        `"${String(input)}" is not ${noun}${spellings.length > 0 ? ` (units: ${spellings.join(', ')})` : ''}`,
    })
    .refine((written) => wrong(written, unit, bounds) === null, {
      error: ({ input }) => wrong(String(input), unit, bounds) ?? '',
    })
    .describe(description);
  TYPES.set(schema, unit);
  BOUNDS.set(schema, bounds);
  return schema;
}

/** The form of a quantity of a unit, or of a reference to one. */
function formOf(unit: Unit | 'any quantity'): RegExp {
  const spelling = unit === 'any quantity' ? '[A-Za-z%°]+' : `(${spellingsOf(unit).join('|')})`;
  return new RegExp(String.raw`^(\$[\w.-]+|[+-]?\d+(\.\d+)?\s*${spelling})$`);
}

/** What is wrong with a text that has the form of a quantity; null when nothing is. */
function wrong(written: string, unit: Unit | 'any quantity', bounds: Bounds): string | null {
  if (written.startsWith('$')) return null;
  const parsed = parseQuantity(written);
  // What has no unit of the right kind was told with the form.
  if (parsed === undefined) {
    const formed = unit === 'any quantity' ? /^[+-]?\d/ : formOf(unit);
    return formed.test(written) ? misfit(written) : null;
  }
  if (unit !== 'any quantity' && parsed.unit !== unit) return null;
  const limit = beyond(bounds, parsed);
  return limit === null ? null : `${written} ${limit}`;
}

/** A duration; a positive one unless other bounds are given. */
export function duration(description: string, bounds: Bounds = POSITIVE) {
  return quantity('ns', description, bounds);
}

function reference(type: ValueType, bounds: Bounds = {}) {
  const schema = z.string().regex(REFERENCE, {
    error: ({ input }) => `"${String(input)}" is not ${nounOf(type)}`,
  });
  TYPES.set(schema, type);
  BOUNDS.set(schema, bounds);
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

/**
 * A whole number without a unit, or a reference to one.
 * @param instead what to write instead of a smaller one, appended to the message.
 */
export function count(description: string, least = 0, instead = '') {
  const bounds = { least };
  const schema = z
    .union(
      [
        z.int({ error: () => 'a whole number' }).min(least, {
          error: ({ input }) => `${String(input)} must be at least ${least}${instead}`,
        }),
        reference('count', bounds),
      ],
      { error: () => 'a whole number' },
    )
    .describe(description);
  TYPES.set(schema, 'count');
  BOUNDS.set(schema, bounds);
  return schema;
}

/** An amount that is not negative: with its unit, or a bare whole number of what has none. */
export function amount(description: string, error: string) {
  const schema = z
    .union([count(description), quantity('any quantity', description, NOT_NEGATIVE)], {
      error: () => error,
    })
    .describe(description);
  TYPES.set(schema, 'any quantity');
  BOUNDS.set(schema, NOT_NEGATIVE);
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
