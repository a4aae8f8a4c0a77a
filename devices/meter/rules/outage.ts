/** Bounded decisions of the module about outages. Each is replaceable by a defect. */

/**
 * Whether an outage that has lasted so many completed ticks is declared: the duration reached
 * counts as declared (the source is silent about equality; facts in docs/decisions.md). OUT-03
 */
export function outageDeclared(completedTicks: number, declareAfterTicks: number): boolean {
  return completedTicks >= declareAfterTicks;
}

/** The same for power that is back. OUT-02, OUT-03 */
export function restorationDeclared(completedTicks: number, restoreAfterTicks: number): boolean {
  return completedTicks >= restoreAfterTicks;
}

/** Whether a declared outage is told while there is energy left to tell it. OUT-01 */
export function lastGaspSent(): boolean {
  return true;
}

/** Whether the restoration of a declared outage is told. OUT-02 */
export function restorationSent(): boolean {
  return true;
}

/** How much of an outage the clock counts. OUT-05 */
export function clockAdvanceInOutageNs(elapsedNs: number): number {
  return elapsedNs;
}

/** Whether what is stored still carries a transmission. OUT-01, OUT-04 */
export function transmissionCarried(storedJoules: number, transmissionJoules: number): boolean {
  return storedJoules >= transmissionJoules;
}

/** What the storage holds when it is full. OUT-04 */
export function storageHoldsJoules(newJoules: number): number {
  return newJoules;
}

/** What a transmission takes from the storage. OUT-06 */
export function transmissionTakesJoules(transmissionJoules: number): number {
  return transmissionJoules;
}
