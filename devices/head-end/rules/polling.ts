/** Bounded decisions of the head-end about polling. Each is replaceable by a defect. */

/** Whether one more request may go out. LOD-01, LOD-02 (source 004:15, 47) */
export function mayStartPoll(inFlight: number, concurrency: number): boolean {
  return inFlight < concurrency;
}

/** Whether the slot of the next cluster may begin while so many of this one are open. LOD-01 */
export function nextClusterMayStart(open: number): boolean {
  return open === 0;
}
