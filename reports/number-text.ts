import { formatQuantity } from '../devices/domain/quantity.ts';
import type { Unit } from '../devices/domain/quantity.ts';
import { NS_PER_MINUTE, NS_PER_S } from '../devices/domain/time.ts';
import { DIGITS, plainStep, stepOf, textInSteps } from '../harness/verdict/rounded-text.ts';
import type { LimitValue, MeasuredValue, Verdict } from '../harness/verdict/verdict.ts';

/**
 * A measured number for people: rounded to the second digit of its uncertainty, as GUM 7.2.6 has
 * it, with the uncertainty beside it, e.g. "12.34 ms (U 0.56 ms)".
 */
export function measuredText(measured: MeasuredValue): string {
  const { unit, expandedUncertainty: u } = measured;
  if (u === null || u === 0) return valueText(measured);
  return `${valueText(measured)} (U ${textInSteps(u, stepOf(u, 2), unit)})`;
}

/** The number alone, rounded to the second digit of its uncertainty. */
export function valueText({ value, unit, expandedUncertainty: u }: MeasuredValue): string {
  return textInSteps(value, u === null || u === 0 ? plainStep(value, unit) : stepOf(u, 2), unit);
}

/** An uncertainty by itself: two digits are all that it has to say (GUM 7.2.6). */
export function uncertaintyText(value: number, unit: Unit): string {
  return formatQuantity({ value: Number(value.toPrecision(2)), unit });
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
  return textInSteps(margin, stepOf(margin, 3), limit.unit);
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

/** Bounds for people, e.g. "at most 30 s", "within ±0.5 %". */
export function boundsText(minimum: number | null, maximum: number | null, unit: Unit): string {
  const write = (value: number): string => textInSteps(value, stepOf(value, DIGITS), unit);
  if (minimum === null && maximum === null) return 'no bound';
  if (minimum === null) return `at most ${write(maximum ?? 0)}`;
  if (maximum === null) return `at least ${write(minimum)}`;
  if (minimum === -maximum) return `within ±${write(maximum)}`;
  return `from ${write(minimum)} to ${write(maximum)}`;
}
