/** Tables of C12.19 as values: one layout a table, one encoder, one decoder for all. */
import { CodecError } from '../bytes/codec-error.ts';
import { decodeRecord, encodeRecord } from './codec.ts';
import { formatsFor } from './formats.ts';
import { GENERAL_TABLES } from './general-tables.ts';
import type { Layout, TableContext, TableValue } from './layout.ts';
import { blockLayout, LOAD_PROFILE_TABLES } from './load-profile-tables.ts';
import type { LoadProfileSet } from './load-profile-tables.ts';
import { LOG_TABLES } from './log-tables.ts';
import { REGISTER_TABLES } from './register-tables.ts';
import { SOURCE_TABLES } from './source-tables.ts';
import { TIME_TABLES } from './time-tables.ts';

export { describeTable } from './describe.ts';
export type { TableRow } from './describe.ts';
export type { TableContext, TableValue } from './layout.ts';
export { locateElements } from './locate.ts';
export { TABLE_NAMES } from './table-names.ts';

const LAYOUTS: Readonly<Record<number, Layout>> = {
  ...GENERAL_TABLES,
  ...SOURCE_TABLES,
  ...REGISTER_TABLES,
  ...TIME_TABLES,
  ...LOAD_PROFILE_TABLES,
  ...LOG_TABLES,
};

const NEEDS: Readonly<Record<number, readonly number[]>> = {
  12: [11],
  13: [11],
  14: [11],
  15: [11],
  16: [11],
  22: [21],
  23: [21],
  24: [21],
  25: [21],
  26: [21],
  27: [21],
  28: [21],
  54: [51],
  62: [61],
  64: [61, 62],
  65: [61, 62],
  66: [61, 62],
  67: [61, 62],
  72: [71],
  73: [71],
  74: [71],
  75: [71],
  76: [71],
};

/** Limits, units, sources and constants; ST15 counts only for sources that ask for it. */
const SOURCES = [11, 12, 16, 15] as const;

/** Tables that give registers and intervals their units: what selects a source, and the sources. */
const NEEDED_FOR_UNITS: Readonly<Record<number, readonly number[]>> = {
  23: [22, ...SOURCES],
  24: [22, ...SOURCES],
  25: [22, ...SOURCES],
  26: [22, ...SOURCES],
  28: [27, ...SOURCES],
  64: [63, ...SOURCES],
  65: [63, ...SOURCES],
  66: [63, ...SOURCES],
  67: [63, ...SOURCES],
};

/** Whether a table has a layout. */
export function hasLayout(table: number): boolean {
  return LAYOUTS[table] !== undefined;
}

/** Earlier tables that must be in the context to decode one, in the order in which to read them. */
export function tablesNeededFor(table: number): readonly number[] {
  return table === 0 ? [] : [0, ...(NEEDS[table] ?? [])];
}

/** Further tables with which {@link describeTable} can give units; a meter may refuse them. */
export function tablesNeededForUnits(table: number): readonly number[] {
  return NEEDED_FOR_UNITS[table] ?? [];
}

/** The layout of a standard table. @throws CodecError when it has none here */
export function tableLayout(table: number): Layout {
  const layout = LAYOUTS[table];
  if (layout === undefined) throw new CodecError(`ST${table} has no layout here`);
  return layout;
}

/**
 * Reads a table. Keys are the standard's names; instants are UTC milliseconds of the meter's
 * clock or null (never); sets are lists of numbers; everything is safe for JSON.
 * @throws CodecError when bytes are missing or left over, or an earlier table is not in the context
 */
export function decodeTable(table: number, bytes: Uint8Array, context: TableContext): TableValue {
  return named(table, () =>
    decodeRecord(tableLayout(table), bytes, context, formatsFor(table, context)),
  );
}

/** The inverse of {@link decodeTable}. Flags may be left out. @throws CodecError */
export function encodeTable(
  table: number,
  value: Readonly<Record<string, unknown>>,
  context: TableContext,
): Uint8Array {
  return named(table, () =>
    encodeRecord(tableLayout(table), value, context, formatsFor(table, context)),
  );
}

/** Reads one block of a load profile set (ST64 to ST67), as fetched by offset. @throws CodecError */
export function decodeLoadProfileBlock(
  set: LoadProfileSet,
  bytes: Uint8Array,
  context: TableContext,
): TableValue {
  const table = 63 + set;
  return named(table, () =>
    decodeRecord(blockLayout(set), bytes, context, formatsFor(table, context)),
  );
}

function named<T>(table: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new CodecError(`ST${table}: ${error.message}`, { cause: error });
  }
}
