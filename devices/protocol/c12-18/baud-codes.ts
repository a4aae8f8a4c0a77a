/**
 * The speeds of Negotiate by their codes [Elster and NIST agree up to 09]. Code 00 says that the
 * speed is set by other means, so it names none.
 */
const BITS_PER_SECOND: ReadonlyMap<number, number> = new Map([
  [0x01, 300],
  [0x02, 600],
  [0x03, 1200],
  [0x04, 2400],
  [0x05, 4800],
  [0x06, 9600],
  [0x07, 14_400],
  [0x08, 19_200],
  [0x09, 28_800],
  [0x0a, 57_600],
  [0x0b, 38_400],
  [0x0c, 115_200],
  [0x0d, 128_000],
  [0x0e, 256_000],
]);

/** The speed of every line until Negotiate, and after each session. */
export const BAUD_CODE_9600 = 0x06;

/** Bits per second; undefined when the code names no speed. */
export function speedOf(baudCode: number): number | undefined {
  return BITS_PER_SECOND.get(baudCode);
}

/** The code of a speed; undefined when there is none. */
export function baudCodeOf(bitsPerSecond: number): number | undefined {
  for (const [code, speed] of BITS_PER_SECOND) if (speed === bitsPerSecond) return code;
  return undefined;
}

/** The fastest of the offered speeds that the device has too, as its code; null when there is none. */
export function fastestCommon(
  offered: readonly number[],
  supported: readonly number[],
): number | null {
  const common = offered.filter((code) => supported.includes(code) && speedOf(code) !== undefined);
  const speeds = common.map((code) => speedOf(code) ?? 0);
  return common[speeds.indexOf(Math.max(...speeds))] ?? null;
}
