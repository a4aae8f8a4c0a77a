/**
 * From the number in a register to kWh, kW, V: which source a register shows (ST22, ST27, ST62),
 * what the source measures (ST16, ST12) and what is still to be applied to it (ST15).
 */
import { valueAt } from '../layout.ts';
import type { TableContext } from '../layout.ts';

/** ST12 ID_CODE and, for a dial reading, the unit of its integral over time. */
const UNITS: Readonly<Record<number, readonly [momentary: string, summed: string]>> = {
  0: ['W', 'Wh'],
  1: ['var', 'varh'],
  2: ['VA', 'VAh'],
  // Reactive power out of apparent and active power: register schema of Future DOS R&D.
  6: ['var', 'varh'],
  8: ['V', 'Vh'],
  12: ['A', 'Ah'],
  33: ['Hz', 'Hz'],
};
/** Powers of ten by ST12 MULTIPLIER. */
const MULTIPLIER_EXPONENTS = [0, 2, 3, 6, 9, -2, -3, -6] as const;
/** ST12 TIME_BASE of dial readings, absolute and relative. */
const DIAL_READINGS: ReadonlySet<unknown> = new Set([0, 5]);
const NO_SOURCE = 255;
/** Digits of a value that constants or a float made; more would only show rounding. */
const DIGITS = 12;

/** How a stored number becomes a value: `(number * factor + offset) * 10 ** exponent unit`. */
export interface Scale {
  readonly unit: string;
  readonly exponent: number;
  readonly factor: number;
  readonly offset: number;
}

export interface Engineering {
  readonly value: string;
  readonly number: number;
  readonly unit: string;
}

/** A list of selections, and which element of it belongs to a value with a given name. */
interface Selection {
  readonly field: RegExp;
  readonly table: number;
  /** Path to the source in the selecting table; `$1` is the set, the last group the element. */
  readonly path: string;
}

const SELECTIONS: readonly Selection[] = [
  { field: /\bSUMMATIONS\[(\d+)\]$/, table: 22, path: 'SUMMATION_SELECT.$1' },
  {
    field: /\bDEMANDS\[(\d+)\]\.(?:CUM_DEMAND|CONT_CUM_DEMAND|DEMAND\[\d+\])$/,
    table: 22,
    path: 'DEMAND_SELECT.$1',
  },
  {
    field: /\bCOINCIDENTS\[(\d+)\]\.COINCIDENT_VALUES\[\d+\]$/,
    table: 22,
    path: 'COINCIDENT_SELECT.$1',
  },
  {
    field: /^PRESENT_DEMAND\[(\d+)\]\.DEMAND_VALUE$/,
    table: 27,
    path: 'PRESENT_DEMAND_SELECT.$1',
  },
  { field: /^PRESENT_VALUE\[(\d+)\]$/, table: 27, path: 'PRESENT_VALUE_SELECT.$1' },
  {
    field: /^LP_DATA_SETS(\d)\[\d+\]\.LP_INT\[\d+\]\.INT_DATA\[(\d+)\]$/,
    table: 62,
    path: 'LP_SEL_SET$1.$2.LP_SOURCE_SEL',
  },
  {
    field: /^LP_DATA_SETS(\d)\[\d+\]\.END_READINGS\[(\d+)\]\.BLK_END_READ$/,
    table: 62,
    path: 'LP_SEL_SET$1.$2.END_BLK_RDG_SOURCE_SEL',
  },
];

/** Value, number and unit of a register by its name; undefined when the tables do not tell. */
export function engineeringOf(
  name: string,
  value: unknown,
  context: TableContext,
): Engineering | undefined {
  const raw = storedNumber(value);
  if (raw === undefined) return undefined;
  for (const { field, table, path } of SELECTIONS) {
    const match = field.exec(name);
    if (match === null) continue;
    const source = valueAt(context[table], placed(path, match));
    const scale = typeof source === 'number' ? scaleOf(source, context) : undefined;
    if (scale === undefined) return undefined;
    const ratio = intervalRatio(name, context);
    return ratio === undefined ? undefined : engineering(raw * ratio, scale);
  }
  return undefined;
}

function placed(path: string, match: RegExpExecArray): string {
  return path.replaceAll(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '');
}

/** A register number; texts are those of the NI_FORMATs that write digits. */
function storedNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/**
 * ST62: scalars multiply and divisors divide a value before it is stored as an interval, so reading
 * turns both round. 1 where there are none; undefined where they make no sense.
 */
function intervalRatio(name: string, context: TableContext): number | undefined {
  const match = /^LP_DATA_SETS(\d)\[\d+\]\.LP_INT\[\d+\]\.INT_DATA\[(\d+)\]$/.exec(name);
  if (match === null) return 1;
  const scalar = valueAt(context[62], placed('SCALARS_SET$1.$2', match)) ?? 1;
  const divisor = valueAt(context[62], placed('DIVISOR_SET$1.$2', match)) ?? 1;
  if (typeof scalar !== 'number' || typeof divisor !== 'number') return undefined;
  return scalar === 0 || divisor === 0 ? undefined : divisor / scalar;
}

/** Unit, power of ten and constants of a source; undefined when the tables do not tell. */
function scaleOf(source: number, context: TableContext): Scale | undefined {
  const links = valueAt(context[16], 'SOURCES_LINK');
  if (source === NO_SOURCE || !Array.isArray(links)) return undefined;
  const link: unknown = links[source];
  if (valueAt(link, 'UOM_ENTRY_FLAG') !== true) return undefined;
  const entry = entryOf(source, links, 'UOM_ENTRY_FLAG');
  const measure = valueAt(context[12], `UOM_ENTRY.${entry}`);
  const units = UNITS[Number(valueAt(measure, 'ID_CODE'))];
  const exponent = MULTIPLIER_EXPONENTS[Number(valueAt(measure, 'MULTIPLIER'))];
  if (units === undefined || exponent === undefined || valueAt(measure, 'NFS') === true) {
    return undefined;
  }
  const unit = units[DIAL_READINGS.has(valueAt(measure, 'TIME_BASE')) ? 1 : 0];
  if (valueAt(link, 'CONSTANT_TO_BE_APPLIED') !== true) {
    return { unit, exponent, factor: 1, offset: 0 };
  }
  if (valueAt(link, 'CONSTANTS_FLAG') !== true) return undefined;
  const constants = valueAt(context[15], `SELECTION.${entryOf(source, links, 'CONSTANTS_FLAG')}`);
  const factor = storedNumber(valueAt(constants, 'MULTIPLIER'));
  const offset = storedNumber(valueAt(constants, 'OFFSET'));
  if (factor === undefined || offset === undefined) return undefined;
  const ratio = ratioOf(constants, unit);
  return ratio === undefined ? undefined : { unit, exponent, factor: factor * ratio, offset };
}

/** ST12 and ST15 have entries only for sources that have one: count those before this source. */
function entryOf(source: number, links: readonly unknown[], flag: string): number {
  return links.slice(0, source).filter((earlier) => valueAt(earlier, flag) === true).length;
}

/**
 * Ratios of current (F1) and voltage (P1) transformers of ST15 that MULTIPLIER does not hold yet:
 * amperes take the one, volts the other, power and energy both. Undefined when one is no number.
 */
function ratioOf(constants: unknown, unit: string): number | undefined {
  let ratio = 1;
  for (const set of ['SET1_CONSTANTS', 'SET2_CONSTANTS']) {
    const flags = valueAt(constants, `${set}.SET_FLAGS`);
    if (flags === undefined || valueAt(flags, 'SET_APPLIED_FLAG') === true) continue;
    const current = storedNumber(valueAt(constants, `${set}.RATIO_F1`));
    const voltage = storedNumber(valueAt(constants, `${set}.RATIO_P1`));
    if (current === undefined || voltage === undefined) return undefined;
    if (/^A(?:h|$)/.test(unit)) ratio *= current;
    else if (/^V(?:h|$)/.test(unit)) ratio *= voltage;
    else if (unit !== 'Hz') ratio *= current * voltage;
  }
  return ratio;
}

/** Energies and powers are shown in thousands (kWh, kW); volts, amperes and hertz are not. */
function engineering(raw: number, scale: Scale): Engineering {
  const thousands = /^(?:W|var|VA)/.test(scale.unit);
  const exponent = thousands ? scale.exponent - 3 : scale.exponent;
  const measured = raw * scale.factor + scale.offset;
  const scaled = exponent >= 0 ? measured * 10 ** exponent : measured / 10 ** -exponent;
  const value = Number.isInteger(measured)
    ? scaled.toFixed(Math.max(0, -exponent))
    : String(Number(scaled.toPrecision(DIGITS)));
  return { value, number: Number(value), unit: thousands ? `k${scale.unit}` : scale.unit };
}

/** One entry of ST12 in words: unit, power of ten, quadrants. */
export function measureText(measure: object): string {
  const units = UNITS[Number(valueAt(measure, 'ID_CODE'))];
  const exponent = MULTIPLIER_EXPONENTS[Number(valueAt(measure, 'MULTIPLIER'))];
  const dial = DIAL_READINGS.has(valueAt(measure, 'TIME_BASE'));
  const unit =
    units === undefined ? `ID_CODE ${String(valueAt(measure, 'ID_CODE'))}` : units[dial ? 1 : 0];
  const quadrants = [1, 2, 3, 4].filter(
    (quadrant) => valueAt(measure, `Q${quadrant}_ACCOUNTABILITY`) === true,
  );
  return [
    `10^${exponent} ${unit}`,
    TIME_BASES[Number(valueAt(measure, 'TIME_BASE'))],
    ...(quadrants.length === 0 ? [] : [`quadrants ${quadrants.join(' ')}`]),
    ...(valueAt(measure, 'NET_FLOW_ACCOUNTABILITY') === true ? ['net'] : []),
    ...(valueAt(measure, 'NFS') === true ? ['not following the standard'] : []),
  ].join(', ');
}

/** ST12 TIME_BASE, as the register schema of Future DOS R&D lists it. */
const TIME_BASES = [
  'dial reading',
  'instantaneous',
  'over one period',
  'average of a sub-interval',
  'average of an interval',
  'relative dial reading',
  'thermal',
  'event count',
] as const;
