/** Bounded decisions of a meter that speaks DLMS/COSEM. Each is replaceable by a defect. */

/** Where an invocation counter is near its end, as GXF's head-end counts. SEC-02 */
const NEAR_END = 2_000_000_000;

/**
 * Whether an authentic APDU is taken: its counter has to be above all before it under the same key.
 * Over a connection nothing overtakes. SEC-02
 * @param lowest one more than the highest so far
 */
export function counterAccepted(counter: number, lowest: number): boolean {
  return counter >= lowest;
}

/** Whether a counter that goes from one number to another comes near its end, which is told. SEC-02 */
export function counterNearEnd(before: number, after: number): boolean {
  return before < NEAR_END && after >= NEAR_END;
}

/** Whether keys that a client transferred take the place of the old ones. SEC-02 */
export function transferredKeysUsed(): boolean {
  return true;
}

/** Whether an image that the check of its signature passed or failed may be activated. FWO-04 */
export function imageAccepted(isSigned: boolean): boolean {
  return isSigned;
}
