/** Octets in front of the length of a block's raw data, by what carries it. */
export const BLOCK_HEAD_OCTETS = {
  /** C4 02, invoke id, last, number, choice. */
  'get-response': 9,
  /** C7 02 or C1 03 or C3 06, invoke id, last, number. */
  'action-response': 8,
  'set-request': 8,
  'action-request': 8,
} as const;

/** How many octets of raw data fit into an APDU of `room` octets behind a head of `head` octets. */
export function rawOctetsMost(room: number, head: number): number {
  const left = room - head;
  // The length in front of them has one octet up to 127, two up to 255, else three.
  if (left <= 128) return left - 1;
  return left <= 257 ? Math.min(left - 2, 255) : left - 3;
}
