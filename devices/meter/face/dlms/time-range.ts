import type { Data } from '../../../protocol/dlms/data.ts';
import type { CosemDateTime } from '../../../protocol/dlms/date-time.ts';
import type { Meters } from '../../columns.ts';
import { dateTimeIn, localDateTime, instantMsOf } from './local-time.ts';

/** Whether an instant (UTC ms of the meter's clock) is in the range. */
export type TimeRange = (utcMs: number) => boolean;

/**
 * The range between two date-times, both ends included; null when one of them is no date-time. An
 * end that says all of itself is an instant. Of one with wildcards only what it says is compared,
 * with the local time of the meter: a day without an hour is all of that day, an hour without a
 * day that hour of each day.
 */
export function timeRange(
  meters: Meters,
  row: number,
  from: Data | undefined,
  to: Data | undefined,
): TimeRange | null {
  const [first, last] = [dateTimeIn(from), dateTimeIn(to)];
  if (first === null || last === null) return null;
  const sinceFirst = comparer(meters, row, first);
  const sinceLast = comparer(meters, row, last);
  return (utcMs) => sinceFirst(utcMs) >= 0 && sinceLast(utcMs) <= 0;
}

/** Days counted from the end of a month are after all others, as they are in it. */
function numberOf(field: CosemDateTime[(typeof FIELDS)[number]]): number {
  return typeof field === 'number' ? field : Number.POSITIVE_INFINITY;
}

const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** How far an instant is after an end: by its sign. */
function comparer(meters: Meters, row: number, end: CosemDateTime): (utcMs: number) => number {
  const endMs = instantMsOf(meters, row, end);
  if (endMs !== null) return (utcMs) => utcMs - endMs;
  const said = FIELDS.filter((field) => end[field] !== null);
  return (utcMs) => {
    const local = localDateTime(meters, row, utcMs);
    for (const field of said) {
      const difference = Number(local[field]) - numberOf(end[field]);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}
