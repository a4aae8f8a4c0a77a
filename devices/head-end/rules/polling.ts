/** Bounded decisions of the head-end about polling. Each is replaceable by a defect. */

/** Whether the head-end asks a meter whose report has come: normal traffic starts at the meter. ARC-01 */
export function asksAfterReport(): boolean {
  return false;
}

/**
 * Whether a meter's report counts as missing so long after the last one: more than one period of its
 * schedule and the grace are over. The grace is ours: no source. SCH-02, SCH-03
 */
export function reportMissing(sinceLastMs: number, everyMinutes: number): boolean {
  return sinceLastMs > (everyMinutes + GRACE_MINUTES) * 60_000;
}

const GRACE_MINUTES = 5;

/** How long an answer is awaited: so long as the operator has set, and no longer. LOD-06 */
export function answerAwaitedMs(timeoutMs: number): number {
  return timeoutMs;
}

/** Whether one more request may go out. LOD-01, LOD-02 (source 004:15, 47) */
export function mayStartPoll(inFlight: number, concurrency: number): boolean {
  return inFlight < concurrency;
}

/** Whether the slot of the next cluster may begin while so many of this one are open. LOD-01 */
export function nextClusterMayStart(open: number): boolean {
  return open === 0;
}
