/** The bounded decision of both servers about whom they believe. Replaceable by a defect. */

/** IVs below the highest one that may still come, for messages that overtook each other. */
export const REPLAY_WINDOW = 64;

/**
 * Whether an authentic message is taken: one newer than all before it, or a late one of the
 * window that was not there yet. FWO-09
 * @param ahead its IV minus the highest so far
 */
export function replayAccepted(ahead: number, seen: boolean): boolean {
  return ahead > 0 || (ahead >= -REPLAY_WINDOW && !seen);
}
