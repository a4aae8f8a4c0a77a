/** The bounded decision of both servers about whom they believe. Replaceable by a defect. */

/** The widest window that can be remembered: so many bits a meter. */
export const REPLAY_WINDOW_MOST = 64;

/**
 * Whether an authentic message is taken: one newer than all before it, or a late one of the
 * window that was not there yet. FWO-09
 * No clock is asked: a meter that lost its own is heard all the same.
 * @param ahead its IV minus the highest so far
 * @param window IVs below the highest one that may still come, as the head-end declares it
 */
export function replayAccepted(ahead: number, seen: boolean, window: number): boolean {
  return ahead > 0 || (ahead >= -window && !seen);
}
