/**
 * What the extended interval status of a first channel says (C12.19 ST64, byte 0: the upper nibble is
 * common to all channels, the lower one is the code of the channel).
 */
const COMMON: readonly (readonly [bit: number, text: string])[] = [
  [0x10, 'daylight saving changed'],
  [0x20, 'power failed'],
  [0x40, 'clock set forward'],
  [0x80, 'clock set back'],
];
const CHANNEL: readonly string[] = [
  '',
  'overflow',
  'partial',
  'long',
  'skipped',
  'test mode',
  'configuration changed',
  'stopped',
];
const CHANNEL_CODE = 0x0f;

/** How these entries begin. */
const FLAGGED_INTERVAL = 'interval ending ';

/** The entry for one interval, e.g. "interval ending 2026-01-05T01:15Z: power failed, partial". RD-02 */
export function flagText(endMinutes: number, status: number): string {
  const end = `${new Date(endMinutes * 60_000).toISOString().slice(0, 16)}Z`;
  const code = CHANNEL[status & CHANNEL_CODE] ?? `code ${status & CHANNEL_CODE}`;
  const texts = COMMON.flatMap(([bit, text]) => ((status & bit) === 0 ? [] : [text]));
  return `${FLAGGED_INTERVAL}${end}: ${[...texts, ...(code === '' ? [] : [code])].join(', ')}`;
}
