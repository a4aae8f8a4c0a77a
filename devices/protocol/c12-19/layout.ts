/**
 * The little language in which the tables of C12.19 are written down: a layout is data, and one
 * encoder and one decoder (codec.ts) work on all of them. Sizes and presence of fields may depend
 * on the record read so far and on earlier tables.
 */
import { CodecError } from '../bytes/codec-error.ts';

/** A value inside a table; safe for JSON. */
export type FieldValue =
  | number
  | string
  | boolean
  | null
  | readonly FieldValue[]
  | { readonly [field: string]: FieldValue };

/** A decoded table or record; its keys are the standard's names. */
export type TableValue = { readonly [field: string]: FieldValue };

/** Tables decoded so far, by number; ST0 is needed for all the others. */
export type TableContext = Readonly<Record<number, Readonly<Record<string, unknown>>>>;

/** What a size or a condition may look at. */
export interface Scope {
  readonly tables: TableContext;
  /** The table itself, as far as it was read. */
  readonly self: Readonly<Record<string, unknown>>;
}

export type Size = number | ((scope: Scope) => number);

/** Bits of an integer: one bit is a boolean, `[from, to]` a number; the rest shows as RESERVED. */
export type BitFields = Readonly<Record<string, number | readonly [from: number, to: number]>>;

export type Layout =
  | { readonly kind: 'uint' | 'int'; readonly bytes: number }
  /** Characters; trailing `pad` is left out of the value and filled in again. */
  | { readonly kind: 'text'; readonly length: Size; readonly pad: ' ' | '\0' }
  /** Bytes without a meaning here, or BCD digits, as hexadecimal text. */
  | { readonly kind: 'octets'; readonly length: Size }
  /** All that is left, as hexadecimal text. */
  | { readonly kind: 'rest' }
  | { readonly kind: 'bits'; readonly bytes: number; readonly fields: BitFields }
  /** Element k is bit k % 8 of byte k / 8; the value is the list of elements. */
  | { readonly kind: 'set'; readonly length: Size }
  /** LTIME_DATE, STIME_DATE, TIME or DATE, in the form that ST0 TM_FORMAT says. */
  | { readonly kind: 'ltime' | 'stime' | 'time' | 'date' }
  /** A number in the form that ST0 NI_FORMAT1 or NI_FORMAT2 says. */
  | { readonly kind: 'ni'; readonly format: 1 | 2 }
  | { readonly kind: 'array'; readonly of: Layout; readonly count: Size }
  | { readonly kind: 'record'; readonly fields: readonly Field[] }
  /** A layout that depends on what was read before. */
  | { readonly kind: 'choice'; readonly choose: (scope: Scope) => Layout };

export interface Field {
  readonly name: string;
  readonly layout: Layout;
  readonly when?: (scope: Scope) => boolean;
}

export const u8: Layout = { kind: 'uint', bytes: 1 };
export const u16: Layout = { kind: 'uint', bytes: 2 };
export const u32: Layout = { kind: 'uint', bytes: 4 };
export const i16: Layout = { kind: 'int', bytes: 2 };
export const ltime: Layout = { kind: 'ltime' };
export const stime: Layout = { kind: 'stime' };
export const time: Layout = { kind: 'time' };
export const date: Layout = { kind: 'date' };
export const ni1: Layout = { kind: 'ni', format: 1 };
export const ni2: Layout = { kind: 'ni', format: 2 };
export const rest: Layout = { kind: 'rest' };

export function text(length: Size, pad: ' ' | '\0'): Layout {
  return { kind: 'text', length, pad };
}
export function octets(length: Size): Layout {
  return { kind: 'octets', length };
}
export function set(length: Size): Layout {
  return { kind: 'set', length };
}
export function bits(bytes: number, fields: BitFields): Layout {
  return { kind: 'bits', bytes, fields };
}
export function array(count: Size, of: Layout): Layout {
  return { kind: 'array', of, count };
}
/** A record from its fields in order; a field with a condition is `[layout, condition]`. */
export function record(
  fields: Readonly<Record<string, Layout | readonly [Layout, (scope: Scope) => boolean]>>,
): Layout {
  return {
    kind: 'record',
    fields: Object.entries(fields).map(([name, field]) =>
      'kind' in field ? { name, layout: field } : { name, layout: field[0], when: field[1] },
    ),
  };
}

/**
 * What stands under a path such as 'LP_FLAGS.BLK_END_READ_FLAG'; undefined when nothing does.
 */
export function valueAt(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const dot = path.indexOf('.');
  if (dot < 0) return fields[path];
  return valueAt(fields[path.slice(0, dot)], path.slice(dot + 1));
}

/** @throws CodecError when the number is missing */
export function numberAt(value: unknown, path: string): number {
  const at = valueAt(value, path);
  if (typeof at !== 'number') throw new CodecError(`${path}: a number is missing`);
  return at;
}

/** @throws CodecError when the text is missing */
export function textAt(value: unknown, path: string): string {
  const at = valueAt(value, path);
  if (typeof at !== 'string') throw new CodecError(`${path}: a text is missing`);
  return at;
}

/** A number of an earlier table. @throws CodecError when it is not in the context */
export function numberOf(scope: Scope, table: number, path: string): number {
  const at = valueAt(scope.tables[table], path);
  if (typeof at !== 'number') throw new CodecError(`ST${table} ${path} has to be known first`);
  return at;
}

/** A flag of an earlier table. @throws CodecError when it is not in the context */
export function flagOf(scope: Scope, table: number, path: string): boolean {
  const at = valueAt(scope.tables[table], path);
  if (typeof at !== 'boolean') throw new CodecError(`ST${table} ${path} has to be known first`);
  return at;
}

/** Whether ST0 lists a standard table as used. @throws CodecError without ST0 */
export function tableUsed(scope: Scope, table: number): boolean {
  const used = valueAt(scope.tables[0], 'STD_TBLS_USED');
  if (!Array.isArray(used)) throw new CodecError('ST0 STD_TBLS_USED has to be known first');
  return used.includes(table);
}
