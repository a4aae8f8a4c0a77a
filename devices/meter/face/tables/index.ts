import { decodeTable, encodeTable, type TableContext } from '../../../protocol/c12-19/tables.ts';
import { generalConfiguration } from './configuration.ts';
import { GENERAL_TABLES } from './general.ts';
import { LOAD_PROFILE_TABLES } from './load-profile.ts';
import { LOG_TABLES } from './logs.ts';
import { REGISTER_TABLES } from './registers.ts';
import { SOURCE_TABLES } from './sources.ts';
import type { Subject, TableMakers } from './subject.ts';
import { TIME_TABLES } from './time.ts';

/** Tables that start procedures and answer them: the host itself keeps those. */
export const ST7 = 7;
export const ST8 = 8;

const BESIDE_ST0: TableMakers = {
  ...GENERAL_TABLES,
  ...SOURCE_TABLES,
  ...REGISTER_TABLES,
  ...TIME_TABLES,
  ...LOAD_PROFILE_TABLES,
  ...LOG_TABLES,
};

/** Numbers of all standard tables that the meter has. */
export const TABLES_USED: readonly number[] = [
  0,
  ST7,
  ST8,
  ...Object.keys(BESIDE_ST0).map(Number),
].toSorted((a, b) => a - b);

export const TABLE_MAKERS: TableMakers = {
  0: () => generalConfiguration(TABLES_USED),
  ...BESIDE_ST0,
};

/** What other tables are laid out by; of one meter it never changes. */
const SHAPE_TABLES = [0, 11, 21, 51, 61, 62, 71] as const;

/** The tables that shape others, as a reader would have them decoded. */
export function shapeOf(subject: Subject): TableContext {
  const shape: Record<number, Readonly<Record<string, unknown>>> = {};
  for (const table of SHAPE_TABLES) {
    const value = TABLE_MAKERS[table]?.(subject, shape) ?? {};
    shape[table] = decodeTable(table, encodeTable(table, value, shape), shape);
  }
  return shape;
}
