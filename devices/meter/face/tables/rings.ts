/** Number of the newest entry that fell on an element of a ring; 0 when none did. */
export function numberOfElement(element: number, written: number, capacity: number): number {
  if (element >= written) return 0;
  return element + 1 + capacity * Math.floor((written - 1 - element) / capacity);
}
