const MS_PER_DAY = 86_400_000;

/**
 * Whole days from the UTC day of an instant to a date: 0 for the day itself, negative when the date is past.
 * @param date ISO 8601, e.g. "2026-02-01"
 */
export function daysUntil(date: string, fromUtcMs: number): number {
  return Math.round(Date.parse(date) / MS_PER_DAY) - Math.floor(fromUtcMs / MS_PER_DAY);
}
