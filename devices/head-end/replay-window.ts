/** Which IVs were taken from one sender: the highest, and a bit for each of the 64 below it. */
import type { HeadEndRules } from './rules/index.ts';
import { REPLAY_WINDOW_MOST } from './rules/security.ts';
import type { ReplayWindow } from './store.ts';

const WORD = 32;
const WORD_MASK = 0xffff_ffffn;

/**
 * Asks the rule whether an authentic message is taken.
 * @param within how far below the highest IV it may be, 64 at most
 * @returns the window that is to be kept; null when the message is a replay
 */
export function takeIv(
  rules: HeadEndRules,
  window: ReplayWindow | undefined,
  iv: number,
  within: number,
): ReplayWindow | null {
  if (window === undefined) return { highest: iv, recent: 0, older: 0 };
  const ahead = iv - window.highest;
  if (!rules.replayAccepted(ahead, wasSeen(window, ahead), within)) return null;
  return ahead > 0 ? movedUp(window, iv, ahead) : marked(window, -ahead);
}

function wasSeen({ recent, older }: ReplayWindow, ahead: number): boolean {
  if (ahead >= 0) return ahead === 0;
  if (ahead < -REPLAY_WINDOW_MOST) return false;
  const bit = -ahead - 1;
  return (((bit < WORD ? recent : older) >>> (bit % WORD)) & 1) === 1;
}

function marked(window: ReplayWindow, below: number): ReplayWindow {
  if (below < 1 || below > REPLAY_WINDOW_MOST) return window;
  const bit = 1 << ((below - 1) % WORD);
  return below <= WORD
    ? { ...window, recent: (window.recent | bit) >>> 0 }
    : { ...window, older: (window.older | bit) >>> 0 };
}

/** The window follows the highest IV, the old one of which becomes one of those below. */
function movedUp({ recent, older }: ReplayWindow, iv: number, ahead: number): ReplayWindow {
  // The usual step in plain numbers: it is taken for every message.
  if (ahead === 1) {
    return {
      highest: iv,
      recent: ((recent << 1) | 1) >>> 0,
      older: ((older << 1) | (recent >>> 31)) >>> 0,
    };
  }
  if (ahead > REPLAY_WINDOW_MOST) return { highest: iv, recent: 0, older: 0 };
  const seen = (BigInt(older) << BigInt(WORD)) | BigInt(recent);
  const moved = (seen << BigInt(ahead)) | (1n << BigInt(ahead - 1));
  return {
    highest: iv,
    recent: Number(moved & WORD_MASK),
    older: Number((moved >> BigInt(WORD)) & WORD_MASK),
  };
}
