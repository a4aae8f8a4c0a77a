/** Bounded decisions of the module about who is believed. Each is replaceable by a defect. */

/** How far below the highest IV a late message may be. */
export const REPLAY_WINDOW = 64;

/**
 * Whether an authentic message is taken: one newer than all before it, or a late one of the
 * window that was not there yet. Datagrams overtake each other; none is obeyed twice. FWO-09
 * @param ahead its IV minus the highest so far
 */
export function replayAccepted(ahead: number, seen: boolean): boolean {
  return ahead > 0 || (ahead >= -REPLAY_WINDOW && !seen);
}
