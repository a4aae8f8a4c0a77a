import type { Forgery } from '../port/action.ts';

/**
 * What a stranger makes of a datagram that it has seen. SEC-01, SEC-02
 * @param underForeignKey makes a message in the meter's name under another meter's key
 */
export function forgery(
  last: Uint8Array,
  change: Forgery,
  underForeignKey: () => Uint8Array,
): Uint8Array {
  switch (change) {
    case 'again':
      return last.slice();
    case 'tag':
      return flipped(last, last.length - 1);
    case 'content':
      return flipped(last, Math.floor((last.length * 2) / 3));
    case 'foreign-key':
      return underForeignKey();
  }
}

/** With one bit of one byte changed. */
function flipped(bytes: Uint8Array, place: number): Uint8Array {
  const changed = bytes.slice();
  changed[place] = (changed[place] ?? 0) ^ 1;
  return changed;
}
