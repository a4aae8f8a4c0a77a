import { at } from './clock.ts';
import { type LinkColumns, SOURCES } from './module-columns.ts';
import { REPLAY_WINDOW_MOST } from './rules/security.ts';
import type { MeterRules } from './rules/index.ts';

/** Which IVs of a source were taken: the highest, and a bit for each of the 64 below it. */

const WORD = 32;

/**
 * Asks the rule whether an authentic message is taken, and remembers its IV when it is.
 * @param source place among SOURCES
 * @param window how far below the highest IV it may be, 64 at most
 */
export function takeIv(
  link: LinkColumns,
  rules: MeterRules,
  row: number,
  source: number,
  iv: number,
  window: number,
): boolean {
  const place = row * SOURCES + source;
  const ahead = iv - at(link.highestIv, place);
  if (!rules.replayAccepted(ahead, wasSeen(link, place, ahead), window)) return false;
  if (ahead > 0) moveUp(link, place, iv, ahead);
  else markSeen(link, place, -ahead);
  return true;
}

function wasSeen(link: LinkColumns, place: number, ahead: number): boolean {
  if (ahead >= 0) return ahead === 0;
  if (-ahead > REPLAY_WINDOW_MOST) return false;
  const bit = -ahead - 1;
  return ((at(link.seenBelow, wordOf(place, bit)) >>> (bit % WORD)) & 1) === 1;
}

function markSeen(link: LinkColumns, place: number, below: number): void {
  if (below < 1 || below > REPLAY_WINDOW_MOST) return;
  const word = wordOf(place, below - 1);
  link.seenBelow[word] = at(link.seenBelow, word) | (1 << ((below - 1) % WORD));
}

/** The window follows the highest IV; bits that leave it are forgotten. */
function moveUp(link: LinkColumns, place: number, iv: number, ahead: number): void {
  const [near, far] = [wordOf(place, 0), wordOf(place, WORD)];
  const seen = (BigInt(at(link.seenBelow, far)) << 32n) | BigInt(at(link.seenBelow, near));
  const moved =
    ahead > REPLAY_WINDOW_MOST ? 0n : BigInt.asUintN(REPLAY_WINDOW_MOST, seen << BigInt(ahead));
  link.seenBelow[near] = Number(moved & 0xffff_ffffn);
  link.seenBelow[far] = Number(moved >> 32n);
  const hadHighest = at(link.highestIv, place) > 0;
  link.highestIv[place] = iv;
  if (hadHighest) markSeen(link, place, ahead);
}

function wordOf(place: number, bit: number): number {
  return place * 2 + Math.floor(bit / WORD);
}
