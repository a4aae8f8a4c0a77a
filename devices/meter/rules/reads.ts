/** Bounded decisions of the module about interval data. Each is replaceable by a defect. */

/** Whether the meter watches its own schedule and sends by itself. SCH-01, RD-09 */
export function scheduleWatched(): boolean {
  return true;
}

const SHORTEST_INTERVAL_MINUTES = 5;
const MINUTES_AN_HOUR = 60;
const SHORTEST_PUSH_MINUTES = 15;

/**
 * Whether a recording interval is taken over: from 5 minutes up, and whole ones fill an hour, so
 * that they begin on the hour. RD-01 (source 001:56-57)
 */
export function intervalAccepted(intervalMinutes: number): boolean {
  return intervalMinutes >= SHORTEST_INTERVAL_MINUTES && MINUTES_AN_HOUR % intervalMinutes === 0;
}

/** Whether a schedule is taken over: every 15 minutes or less often, at ends of intervals. RD-03 */
export function pushAccepted(everyMinutes: number, intervalMinutes: number): boolean {
  if (everyMinutes === 0) return true;
  return (
    everyMinutes >= SHORTEST_PUSH_MINUTES &&
    intervalMinutes > 0 &&
    everyMinutes % intervalMinutes === 0
  );
}

/** Whether data up to `endMs` may be sent when the meter's clock shows `shownMs`. RD-03 */
export function pushDue(shownMs: number, endMs: number): boolean {
  return shownMs >= endMs;
}

/** Whether the intervals of an outage carry the flag that the mains failed. EV-07, RD-02 */
export function outageFlagged(): boolean {
  return true;
}
