/** Tables for people: names, engineering values and units. */
import { eventName } from './events.ts';
import { valueAt } from './layout.ts';
import type { TableContext } from './layout.ts';
import { PROCEDURE_RESULTS } from './procedures.ts';

/** One line of a description. */
export interface TableRow {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
}

/** ST12 ID_CODE and, for a dial reading (time base 0), the unit of its integral over time. */
const UNITS: Readonly<Record<number, readonly [momentary: string, summed: string]>> = {
  0: ['W', 'Wh'],
  1: ['var', 'varh'],
  2: ['VA', 'VAh'],
  8: ['V', 'Vh'],
  12: ['A', 'Ah'],
};
/** Powers of ten by ST12 MULTIPLIER. */
const MULTIPLIER_EXPONENTS = [0, 2, 3, 6, 9, -2, -3, -6] as const;
/** ST12 TIME_BASE of dial readings, absolute and relative. */
const DIAL_READINGS: ReadonlySet<unknown> = new Set([0, 5]);
const NO_SOURCE = 255;

/** Names of fields whose number is an instant. */
const INSTANTS: ReadonlySet<string> = new Set([
  'CLOCK_CALENDAR',
  'END_DATE_TIME',
  'EVENT_TIME',
  'HISTORY_TIME',
  'BLK_END_TIME',
]);
const UNITS_OF_FIELDS: Readonly<Record<string, string>> = {
  DST_TIME_AMT: 'min',
  TIME_ZONE_OFFSET: 'min',
  DST_TIME_EFF: 's of day',
  TIME_REMAINING: 's',
  LP_MEMORY_LEN: 'bytes',
  MAX_INT_TIME_SET1: 'min',
  MAX_INT_TIME_SET2: 'min',
  MAX_INT_TIME_SET3: 'min',
  MAX_INT_TIME_SET4: 'min',
  E_KH: 'Wh per pulse',
  E_ED_CLASS_MAX_AMPS: 'A',
  E_TA: 'A',
};

/** Register fields and the list that says which source the element with the same index shows. */
const SELECTED_BY: readonly (readonly [field: RegExp, table: number, list: string])[] = [
  [/\bSUMMATIONS\[(\d+)\]$/, 22, 'SUMMATION_SELECT'],
  [/\bDEMANDS\[(\d+)\]\.(?:CUM_DEMAND|CONT_CUM_DEMAND|DEMAND\[\d+\])$/, 22, 'DEMAND_SELECT'],
  [/\bCOINCIDENTS\[(\d+)\]\.COINCIDENT_VALUES\[\d+\]$/, 22, 'COINCIDENT_SELECT'],
  [/^PRESENT_DEMAND\[(\d+)\]\.DEMAND_VALUE$/, 27, 'PRESENT_DEMAND_SELECT'],
  [/^PRESENT_VALUE\[(\d+)\]$/, 27, 'PRESENT_VALUE_SELECT'],
];

/**
 * Describes a decoded table line by line. Registers get their unit where the context holds the
 * selection (ST22, ST27), the sources (ST16) and the units (ST12); else they stay raw numbers.
 */
export function describeTable(
  table: number,
  value: Readonly<Record<string, unknown>>,
  context: TableContext,
): TableRow[] {
  return rowsOf('', value).map((row) => explained(table, row, context));
}

interface RawRow {
  readonly name: string;
  readonly value: unknown;
}

function rowsOf(name: string, value: unknown): RawRow[] {
  if (Array.isArray(value)) {
    const plain = value.every((element) => typeof element === 'number');
    // Sets and selections are short; registers and records get a line each.
    if (plain && !/SUMMATIONS$|DEMAND$|VALUES?$|_TIME$/.test(name)) return [{ name, value }];
    return value.flatMap((element, index) => rowsOf(`${name}[${index}]`, element));
  }
  if (typeof value !== 'object' || value === null) return [{ name, value }];
  if (/(?:EVENT|HISTORY)_CODE$/.test(name)) return [{ name, value: eventText(value) }];
  const fields = Object.entries(value);
  if (name !== '' && fields.length > 0 && fields.every(([, field]) => typeof field === 'boolean')) {
    const raised = fields.filter(([, field]) => field === true).map(([flag]) => flag);
    return [{ name, value: raised.length === 0 ? '-' : raised.join(', ') }];
  }
  return fields.flatMap(([field, inner]) =>
    rowsOf(name === '' ? field : `${name}.${field}`, inner),
  );
}

function explained(table: number, row: RawRow, context: TableContext): TableRow {
  const { name, value } = row;
  const field = (name.split('.').at(-1) ?? name).replace(/\[\d+\]$/, '');
  if (INSTANTS.has(field)) return { name, value: instantText(value) };
  const unit = UNITS_OF_FIELDS[field];
  if (unit !== undefined) return { name, value: plainText(value), unit };
  if (table === 8 && field === 'RESULT_CODE' && typeof value === 'number') {
    return { name, value: `${value} ${PROCEDURE_RESULTS[value] ?? 'reserved'}` };
  }
  return register(name, value, context) ?? { name, value: plainText(value) };
}

function eventText(code: object): string {
  const number = Number(valueAt(code, 'EVENT_NUMBER'));
  return `${number} ${eventName(number, valueAt(code, 'MFG_FLAG') === true)}`;
}

function instantText(value: unknown): string {
  if (typeof value !== 'number') return 'never';
  // The meter's clock need not show UTC: no zone is claimed.
  return new Date(value).toISOString().replace('T', ' ').replace('.000Z', '');
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.join(' ');
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '-';
}

function register(name: string, value: unknown, context: TableContext): TableRow | undefined {
  if (typeof value !== 'number') return undefined;
  for (const [pattern, table, list] of SELECTED_BY) {
    const index = pattern.exec(name)?.[1];
    if (index === undefined) continue;
    const source = valueAt(context[table], `${list}.${index}`);
    const scale = typeof source === 'number' ? scaleOf(source, context) : undefined;
    if (scale === undefined) return undefined;
    return { name, ...engineering(value, scale) };
  }
  return undefined;
}

interface Scale {
  readonly unit: string;
  readonly exponent: number;
}

/** Unit and power of ten of a source; undefined when the tables do not tell. */
function scaleOf(source: number, context: TableContext): Scale | undefined {
  const links = valueAt(context[16], 'SOURCES_LINK');
  if (source === NO_SOURCE || !Array.isArray(links)) return undefined;
  const link: unknown = links[source];
  // Constants that the reader would have to apply stand in ST15, which is not laid out yet.
  if (valueAt(link, 'UOM_ENTRY_FLAG') !== true) return undefined;
  if (valueAt(link, 'CONSTANT_TO_BE_APPLIED') === true) return undefined;
  // ST12 has entries only for sources that have one: count those before this source.
  const entry = links
    .slice(0, source)
    .filter((earlier) => valueAt(earlier, 'UOM_ENTRY_FLAG') === true).length;
  const measure = valueAt(context[12], `UOM_ENTRY.${entry}`);
  const unit = UNITS[Number(valueAt(measure, 'ID_CODE'))];
  const exponent = MULTIPLIER_EXPONENTS[Number(valueAt(measure, 'MULTIPLIER'))];
  if (unit === undefined || exponent === undefined || valueAt(measure, 'NFS') === true) {
    return undefined;
  }
  return { unit: unit[DIAL_READINGS.has(valueAt(measure, 'TIME_BASE')) ? 1 : 0], exponent };
}

/** Energies and powers are shown in thousands (kWh, kW); volts and amperes are not. */
function engineering(value: number, scale: Scale): { value: string; unit: string } {
  const thousands = /^(?:W|var|VA)/.test(scale.unit);
  const exponent = thousands ? scale.exponent - 3 : scale.exponent;
  const decimals = Math.max(0, -exponent);
  const scaled = exponent >= 0 ? value * 10 ** exponent : value / 10 ** -exponent;
  return { value: scaled.toFixed(decimals), unit: thousands ? `k${scale.unit}` : scale.unit };
}
