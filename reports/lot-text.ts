import { formatQuantity } from '../devices/domain/quantity.ts';
import { measuredText } from './number-text.ts';
import type { LotMeasurement, LotRow } from './lot.ts';

/** Digits of a statistic: more than the values themselves carry would be invented. */
const DIGITS = 4;

/** A meter's value with its uncertainty, e.g. "0.123 % (U 0.02 %)". */
export function lotValueText(
  { measurement, unit }: LotMeasurement,
  { value, expandedUncertainty }: LotRow,
): string {
  if (value === null) return 'no value';
  return measuredText({ name: measurement, value, unit, expandedUncertainty });
}

/** The statistics of a lot as one line. */
export function statisticsText(lot: LotMeasurement): string {
  const write = (value: number): string =>
    formatQuantity({ value: Number(value.toPrecision(DIGITS)), unit: lot.unit });
  const deviation = lot.deviation === null ? 'n/a' : write(lot.deviation);
  return `n ${lot.n}, mean ${write(lot.mean)}, s ${deviation}, min ${write(lot.minimum)}, max ${write(lot.maximum)}`;
}
