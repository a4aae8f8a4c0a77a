import { formatQuantity } from '../devices/domain/quantity.ts';
import type { Unit } from '../devices/domain/quantity.ts';
import { NS_PER_MINUTE, NS_PER_MS, NS_PER_S } from '../devices/domain/time.ts';
import type { LimitValue, MeasuredValue, Verdict } from '../harness/verdict/verdict.ts';

/** Digits that are kept of a number without an uncertainty. */
const DIGITS = 6;

/**
 * A measured number for people: rounded to the second digit of its uncertainty, as GUM 7.2.6 has
 * it, with the uncertainty beside it, e.g. "12.34 ms (U 0.56 ms)".
 */
export function measuredText({ value, unit, expandedUncertainty: u }: MeasuredValue): string {
  if (u === null || u === 0) return rounded(value, plainStep(value, unit), unit);
  const step = stepOf(u, 2);
  return `${rounded(value, step, unit)} (U ${rounded(u, step, unit)})`;
}

/** Limits for people with where they come from, e.g. "at most 0.5 % (class 0.5)". */
export function limitText({
  minimum,
  maximum,
  unit,
  origin,
  default: isDefault,
}: LimitValue): string {
  const source = isDefault ? `default, not from the source: ${origin}` : origin;
  return `${boundsText(minimum, maximum, unit)} (${source})`;
}

/** The margin for people; null when there is none. */
export function marginText({ margin, limit }: Pick<Verdict, 'margin' | 'limit'>): string | null {
  if (margin === null || limit === null) return null;
  return rounded(margin, stepOf(margin, 3), limit.unit);
}

/** How long something took, to about a hundredth: "48.1 h", "2.3 min", "41 s". */
export function tookText(ns: number): string {
  const hour = 60 * NS_PER_MINUTE;
  const unitNs = [hour, NS_PER_MINUTE].find((size) => ns >= 2 * size);
  const step = unitNs === undefined ? NS_PER_S : unitNs / 10;
  const count = Math.round(ns / step);
  if (unitNs === undefined) return `${count} s`;
  return `${(count / 10).toFixed(1)} ${unitNs === hour ? 'h' : 'min'}`;
}

function boundsText(minimum: number | null, maximum: number | null, unit: Unit): string {
  const write = (value: number): string => rounded(value, stepOf(value, DIGITS), unit);
  if (minimum === null && maximum === null) return 'no bound';
  if (minimum === null) return `at most ${write(maximum ?? 0)}`;
  if (maximum === null) return `at least ${write(minimum)}`;
  if (minimum === -maximum) return `within ±${write(maximum)}`;
  return `from ${write(minimum)} to ${write(maximum)}`;
}

/** A duration of seconds is read in milliseconds; anything else keeps its first digits. */
function plainStep(value: number, unit: Unit): number {
  const step = stepOf(value, DIGITS);
  return unit === 'ns' && Math.abs(value) >= NS_PER_S ? Math.max(step, NS_PER_MS) : step;
}

/** The weight of the last of so many significant digits; never finer than the smallest unit. */
function stepOf(value: number, digits: number): number {
  if (value === 0) return 1;
  return Math.max(1, 10 ** (Math.floor(Math.log10(Math.abs(value))) - digits + 1));
}

function rounded(value: number, step: number, unit: Unit): string {
  const whole = Math.round(value / step) * step;
  return formatQuantity({ value: whole === 0 ? 0 : whole, unit });
}
