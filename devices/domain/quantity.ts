/**
 * Quantities as people write them ("5 s", "0.5 %", "60 A") and as the code keeps them: a whole
 * number of the smallest unit that matters. The text is turned into an integer once, at the edge.
 */

/**
 * The units inside. `ppm` carries percentages: 0.5 % is 5,000 ppm, a relative humidity of 45 % is
 * 450,000 ppm. `mdegC` is a thousandth of a degree Celsius.
 */
export type Unit = 'ns' | 'ppm' | 'mA' | 'mV' | 'mWh' | 'mdegC' | 'count';

export interface Quantity {
  readonly value: number;
  readonly unit: Unit;
}

const SPELLINGS: Readonly<Record<string, readonly [unit: Unit, factor: number]>> = {
  ns: ['ns', 1],
  us: ['ns', 1e3],
  ms: ['ns', 1e6],
  s: ['ns', 1e9],
  min: ['ns', 60e9],
  h: ['ns', 3600e9],
  d: ['ns', 86_400e9],
  ppm: ['ppm', 1],
  '%': ['ppm', 1e4],
  mA: ['mA', 1],
  A: ['mA', 1e3],
  mV: ['mV', 1],
  V: ['mV', 1e3],
  mWh: ['mWh', 1],
  Wh: ['mWh', 1e3],
  kWh: ['mWh', 1e6],
  mdegC: ['mdegC', 1],
  degC: ['mdegC', 1e3],
  '°C': ['mdegC', 1e3],
  pulses: ['count', 1],
};

/** Unit spellings that {@link parseQuantity} knows, for messages that list what is allowed. */
export function spellingsOf(unit: Unit): readonly string[] {
  return Object.keys(SPELLINGS).filter((spelling) => SPELLINGS[spelling]?.[0] === unit);
}

/**
 * Reads "<number> <unit>"; the space may be left out and the sign is kept.
 * @returns the quantity as a whole number of its smallest unit, or undefined when the text is no
 *   quantity, its unit is unknown, or it is finer than the smallest unit can hold.
 */
export function parseQuantity(text: string): Quantity | undefined {
  const match = /^([+-]?\d+(?:\.\d+)?)\s*([A-Za-z%°]+)$/.exec(text.trim());
  if (match === null) return undefined;
  const spelling = SPELLINGS[match[2] as string];
  if (spelling === undefined) return undefined;
  const [unit, factor] = spelling;
  const exact = Number(match[1]) * factor;
  const value = Math.round(exact);
  if (!Number.isSafeInteger(value) || Math.abs(exact - value) > 1e-6 * factor) return undefined;
  return { value: value === 0 ? 0 : value, unit };
}

/**
 * A number that an instrument or a person gave in a unit, rounded to the whole number of its smallest
 * unit: unlike a limit, a reading may be finer than that.
 * @returns undefined for a spelling that is none.
 */
export function quantityIn(amount: number, spelling: string): Quantity | undefined {
  const found = Object.hasOwn(SPELLINGS, spelling) ? SPELLINGS[spelling] : undefined;
  if (found === undefined || !Number.isFinite(amount)) return undefined;
  const [unit, factor] = found;
  return { value: Math.round(amount * factor), unit };
}

const DURATION_STEPS: readonly (readonly [spelling: string, ns: number])[] = [
  ['h', 3600e9],
  ['min', 60e9],
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
];

/** Writes a duration with the largest unit in which it needs at most three decimals. */
export function formatDurationNs(ns: number): string {
  if (ns === 0) return '0 s';
  for (const [spelling, size] of DURATION_STEPS) {
    const count = ns / size;
    if (Math.abs(count) >= 1 && Math.abs(count * 1000 - Math.round(count * 1000)) < 1e-6) {
      return `${trimmed(count)} ${spelling}`;
    }
  }
  return `${ns} ns`;
}

/** Writes a quantity for people, e.g. "0.5 %", "15 A", "4.97 s". */
export function formatQuantity({ value, unit }: Quantity): string {
  switch (unit) {
    case 'ns':
      return formatDurationNs(value);
    case 'ppm':
      return `${trimmed(value / 1e4)} %`;
    case 'mA':
      return `${trimmed(value / 1e3)} A`;
    case 'mV':
      return `${trimmed(value / 1e3)} V`;
    case 'mWh':
      return `${trimmed(value / 1e3)} Wh`;
    case 'mdegC':
      return `${trimmed(value / 1e3)} °C`;
    case 'count':
      return String(value);
  }
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(4)));
}
