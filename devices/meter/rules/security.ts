/** Bounded decisions of the module about who is believed. Each is replaceable by a defect. */

/** The widest window that can be remembered: so many bits a source. */
export const REPLAY_WINDOW_MOST = 64;

/** Whether anything leaves the module that is not enciphered, as a trace would be. SEC-01 */
export function speaksInClear(): boolean {
  return false;
}

/** Whether a transaction is executed: with the device's PIN, and with no other. SEC-09, PRV-05 */
export function pinOpens(isRight: boolean): boolean {
  return isRight;
}

/**
 * Whether an authentic message is taken: one newer than all before it, or a late one of the
 * window that was not there yet. Datagrams overtake each other; none is obeyed twice. FWO-09
 * No clock is asked: a head-end that lost its own is heard all the same.
 * @param ahead its IV minus the highest so far
 * @param window how far below the highest a late message may be, as the profile declares it
 */
export function replayAccepted(ahead: number, seen: boolean, window: number): boolean {
  return ahead > 0 || (ahead >= -window && !seen);
}
