import { formatQuantity } from '../../devices/domain/quantity.ts';
import type { Quantity, Unit } from '../../devices/domain/quantity.ts';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';

/** Digits that are kept of a number without an uncertainty. */
export const DIGITS = 6;

/**
 * A number that was seen, for people: its first six digits, e.g. "15.012 s". What a plan asks for
 * is written in full instead: it has no digits too many.
 */
export function roundedText({ value, unit }: Quantity): string {
  return textInSteps(value, plainStep(value, unit), unit);
}

/** As {@link roundedText}, for a duration in ns. */
export function roundedDuration(ns: number): string {
  return roundedText({ value: ns, unit: 'ns' });
}

/** A duration of seconds is read in milliseconds; anything else keeps its first digits. */
export function plainStep(value: number, unit: Unit): number {
  const step = stepOf(value, DIGITS);
  return unit === 'ns' && Math.abs(value) >= NS_PER_S ? Math.max(step, NS_PER_MS) : step;
}

/** The weight of the last of so many significant digits; never finer than the smallest unit. */
export function stepOf(value: number, digits: number): number {
  if (value === 0) return 1;
  return Math.max(1, 10 ** (Math.floor(Math.log10(Math.abs(value))) - digits + 1));
}

/** A number rounded to whole steps, with its unit. */
export function textInSteps(value: number, step: number, unit: Unit): string {
  const whole = Math.round(value / step) * step;
  return formatQuantity({ value: whole === 0 ? 0 : whole, unit });
}
