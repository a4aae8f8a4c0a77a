/** Tables for people: names, engineering values and units. */
import { CodecError } from '../bytes/codec-error.ts';
import { fromHex } from '../bytes/hex.ts';
import { readableLoadProfile } from './describe/load-profile.ts';
import { engineeringOf, measureText } from './describe/sources.ts';
import { argumentText, flagsUp, recordText, setText } from './describe/words.ts';
import { valueAt } from './layout.ts';
import type { TableContext } from './layout.ts';
import { decodeProcedureParameters, decodeProcedureResponseData } from './procedure-data.ts';
import { PROCEDURE_RESULTS, PROCEDURES } from './procedures.ts';
import { LISTS } from './project/procedure-data.ts';

/** One line of a description. */
export interface TableRow {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
  /** The value as a number in `unit`, where it is one. */
  readonly number?: number;
  /** When it was measured, by the meter's clock: of a demand, of an interval its end. */
  readonly at?: string;
}

/** Names of fields whose number is an instant. */
const INSTANTS: ReadonlySet<string> = new Set([
  'CLOCK_CALENDAR',
  'END_DATE_TIME',
  'EVENT_TIME',
  'HISTORY_TIME',
  'BLK_END_TIME',
  'END_TIME',
  'LAST_ACTIVATION_DATE_TIME',
  'DATE_TIME',
  'CLOCK_BEFORE',
  'CLOCK_AFTER',
]);
const UNITS_OF_FIELDS: Readonly<Record<string, string>> = {
  DST_TIME_AMT: 'min',
  TIME_ZONE_OFFSET: 'min',
  DST_TIME_EFF: 's of day',
  TIME_REMAINING: 's',
  TIER_TIME_REMAIN: 'min',
  SUMM_TIER_TIME_REMAIN: 'min',
  DEMAND_TIER_TIME_REMAIN: 'min',
  SELF_READ_DAYS_REMAIN: 'days',
  RESET_EXCLUSION: 'min',
  P_FAIL_RECOGNTN_TM: 's',
  P_FAIL_EXCLUSION: 'min',
  COLD_LOAD_PICKUP: 'min',
  SUB_INT: 'min',
  INT_LENGTH: 'min',
  LP_MEMORY_LEN: 'bytes',
  MAX_INT_TIME_SET1: 'min',
  MAX_INT_TIME_SET2: 'min',
  MAX_INT_TIME_SET3: 'min',
  MAX_INT_TIME_SET4: 'min',
  E_KH: 'Wh per pulse',
  E_ED_CLASS_MAX_AMPS: 'A',
  E_TA: 'A',
};

/** Rows that were measured at the time that stands in another row. */
const MEASURED_AT: readonly (readonly [value: RegExp, time: string])[] = [
  [/^(.*)\.DEMAND\[(\d+)\]$/, '$1.EVENT_TIME[$2]'],
  [/^(.*)\.INT_DATA\[\d+\]$/, '$1.END_TIME'],
];
const NEVER = 'never';

type Value = Readonly<Record<string, unknown>>;

/**
 * Describes a decoded table line by line. Registers and intervals get their unit where the context
 * holds the selection (ST22, ST27, ST62), the sources (ST16), the units (ST12) and, for sources
 * that ask for it, the constants (ST15); else they stay raw numbers.
 */
export function describeTable(table: number, value: Value, context: TableContext): TableRow[] {
  const rows = rowsOf('', readable(table, value, context)).map((row) =>
    explained(table, row, context),
  );
  const times = new Map(rows.map((row) => [row.name, row.value]));
  return rows.map((row) => withTime(row, times));
}

/** The table with what only its other fields or other tables explain put into words. */
function readable(table: number, value: Value, context: TableContext): Value {
  switch (table) {
    case 7:
      return { ...value, PARM: procedureData(value, 'PARM', context) };
    case 8:
      return { ...value, RESP_DATA: procedureData(value, 'RESP_DATA', context) };
    case 12:
      return { UOM_ENTRY: listed(value['UOM_ENTRY'], measureText) };
    case 64:
    case 65:
    case 66:
    case 67:
      return readableLoadProfile(table, value, context);
    case 74:
      return withArguments(value, 'HISTORY', context);
    case 76:
      return withArguments(value, 'EVENT', context);
    default:
      return value;
  }
}

/** What went with a procedure, by field; its bytes where they are not what the layout says. */
function procedureData(value: Value, field: 'PARM' | 'RESP_DATA', context: TableContext): unknown {
  const bytes = value[field];
  const number = Number(valueAt(value, 'TABLE_IDB_BFLD.TBL_PROC_NBR'));
  const manufacturer = valueAt(value, 'TABLE_IDB_BFLD.MFG_FLAG') === true;
  if (typeof bytes !== 'string') return bytes;
  if (!manufacturer && number === PROCEDURES['log-in'] && field === 'PARM') return 'not shown';
  const decode = field === 'PARM' ? decodeProcedureParameters : decodeProcedureResponseData;
  try {
    const data = decode({ number, manufacturer }, fromHex(bytes), context);
    return field in data ? bytes : data;
  } catch (error) {
    if (error instanceof CodecError) return bytes;
    throw error;
  }
}

function withArguments(value: Value, kind: 'HISTORY' | 'EVENT', context: TableContext): Value {
  const order =
    valueAt(context[0], 'FORMAT_CONTROL_1.DATA_ORDER') === true ? 'big-endian' : 'little-endian';
  const entries = value['ENTRIES'];
  if (!Array.isArray(entries)) return value;
  const worded = (entries as readonly Value[]).map((entry) => {
    const argument = entry[`${kind}_ARGUMENT`];
    if (typeof argument !== 'string') return entry;
    const text = argumentText(entry[`${kind}_CODE`], argument, order);
    return { ...entry, [`${kind}_ARGUMENT`]: text };
  });
  return { ...value, ENTRIES: worded };
}

function listed(value: unknown, text: (element: object) => string): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((element: unknown) =>
    typeof element === 'object' && element !== null ? text(element) : element,
  );
}

interface RawRow {
  readonly name: string;
  readonly value: unknown;
}

function rowsOf(name: string, value: unknown): RawRow[] {
  const field = fieldOf(name);
  if (Array.isArray(value)) {
    const text = setText(field, value);
    if (text !== undefined) return [{ name, value: text }];
    const plain = value.every((element) => typeof element === 'number');
    // Sets and selections are short; registers and records get a line each.
    if (plain && !/SUMMATIONS$|DEMAND$|VALUES?$|_TIME$|INT_DATA$/.test(name)) {
      return [{ name, value }];
    }
    return value.flatMap((element, index) => rowsOf(`${name}[${index}]`, element));
  }
  if (typeof value !== 'object' || value === null) return [{ name, value }];
  const text = recordText(field, value);
  if (text !== undefined) return [{ name, value: text }];
  const fields = Object.entries(value);
  if (name !== '' && fields.length > 0 && fields.every(([, flag]) => typeof flag === 'boolean')) {
    return [{ name, value: flagsUp(value).join(', ') || '-' }];
  }
  return fields.flatMap(([inner, one]) => rowsOf(name === '' ? inner : `${name}.${inner}`, one));
}

function explained(table: number, row: RawRow, context: TableContext): TableRow {
  const { name, value } = row;
  const field = fieldOf(name);
  if (INSTANTS.has(field)) return { name, value: instantText(value) };
  if (name === 'PARM.LIST' && typeof value === 'number') {
    return { name, value: `${value} ${listName(value)}`, number: value };
  }
  const unit = UNITS_OF_FIELDS[field];
  // A nameplate writes its numbers in characters; elsewhere digits may be an identifier.
  const digits =
    typeof value === 'string' && unit !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(value);
  const number = digits ? Number(value) : value;
  const plain = {
    name,
    value: plainText(value),
    ...(typeof number === 'number' ? { number } : {}),
  };
  if (unit !== undefined) return { ...plain, unit };
  if (table === 8 && field === 'RESULT_CODE' && typeof value === 'number') {
    return { name, value: `${value} ${PROCEDURE_RESULTS[value] ?? 'reserved'}`, number: value };
  }
  const engineering = engineeringOf(name, value, context);
  return engineering === undefined ? plain : { name, ...engineering };
}

/** The list that procedures 4 and 5 name. */
function listName(list: number): string {
  return Object.entries(LISTS).find(([, number]) => number === list)?.[0] ?? 'reserved';
}

function withTime(row: TableRow, times: ReadonlyMap<string, string>): TableRow {
  for (const [pattern, time] of MEASURED_AT) {
    const at = pattern.test(row.name) ? times.get(row.name.replace(pattern, time)) : undefined;
    if (at !== undefined && at !== NEVER) return { ...row, at };
  }
  return row;
}

/** The last name of a path, without the number of its element. */
function fieldOf(name: string): string {
  return (name.split('.').at(-1) ?? name).replace(/\[\d+\]$/, '');
}

function instantText(value: unknown): string {
  if (typeof value !== 'number') return NEVER;
  // The meter's clock need not show UTC: no zone is claimed.
  return new Date(value).toISOString().replace('T', ' ').replace('.000Z', '');
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.join(' ');
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '-';
}
