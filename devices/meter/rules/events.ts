/** Bounded decisions of the module about events that it tells by itself. Each is replaceable by a defect. */

/** Whether an event passes on at all once it is counted: every code of the list does. EV-01 */
export function eventTold(eventCode: number): boolean {
  return eventCode >= 0;
}

/**
 * Whether an earlier event still counts when another one comes so long after it: with exactly the
 * duration between them it does (the source is silent about equality). EV-03
 */
export function eventStillCounts(elapsedMs: number, withinMs: number): boolean {
  return elapsedMs <= withinMs;
}

/** Whether so many events are enough: the number itself is. EV-03 */
export function eventAlerts(counted: number, atLeast: number): boolean {
  return counted >= atLeast;
}

/** Whether counting begins anew after an alarm: where it was configured so. EV-04 */
export function counterReset(resetsCounter: boolean): boolean {
  return resetsCounter;
}

/** Whose filter counts an event: its own alone. EV-05 */
export function countedAs(eventCode: number): number {
  return eventCode;
}

/** Whether an outage that was reported counts as an exception of its own. OUT-07, TMP-02 */
export function reportedOutageCounts(): boolean {
  return true;
}

/** Whether an event of a time without power or network is told when it can be. EV-06 */
export function owedEventTold(): boolean {
  return true;
}
