import { describe, expect, test } from 'vitest';
import { flagText } from '../../../devices/head-end/interval-flags.ts';
import type { Alarm } from '../../../devices/domain/northbound.ts';
import {
  flagDifferences,
  flaggedIn,
  flagsLogged,
} from '../../../rigs/fleet/performer/interval-flags.ts';

const END = Date.UTC(2026, 0, 5, 1) / 60_000;
/** Four intervals of five minutes up to one o'clock; the mains failed in the second and the third. */
const READING = { endMinutes: END, intervalMinutes: 5, status: [0, 0x22, 0x24, 0] };

function alarm(kind: Alarm['kind'], outage: number, minutes: number): Alarm {
  return {
    alarmId: 10 * outage + (kind === 'restoration' ? 1 : 0),
    kind,
    serial: '1',
    outageId: `1/${outage}`,
    pairsWith: null,
    occurredAtMs: (END + minutes) * 60_000,
    receivedAtMs: 0,
    deviationNs: null,
  };
}

const entry = (what: string) => ({ eventId: 1, atMs: 0, serial: '1', what });

describe('flags of intervals', () => {
  test('are told by their names in C12.19', () => {
    expect(flagText(END, 0x22)).toBe('interval ending 2026-01-05T01:00Z: power failed, partial');
    expect(flagText(END, 0xf0)).toBe(
      'interval ending 2026-01-05T01:00Z: daylight saving changed, power failed, clock set forward, clock set back',
    );
    expect(flagText(END, 0x0b)).toBe('interval ending 2026-01-05T01:00Z: code 11');
  });

  test('are counted, and so are the entries about them within the reading', () => {
    expect(flaggedIn(READING)).toBe(2);
    const entries = [
      flagText(END - 20, 0x22), // before the first interval of the reading
      flagText(END - 10, 0x22),
      flagText(END, 0x22),
      flagText(END + 5, 0x22),
      'deregistered',
    ];
    expect(flagsLogged(READING, entries.map(entry))).toBe(2);
  });
});

describe('flags and alarms', () => {
  test('agree when every dark interval is flagged and no other', () => {
    const alarms = [alarm('last-gasp', 1, -12), alarm('restoration', 1, -6)];
    expect(flagDifferences(READING, alarms)).toBe(0);
  });

  test('an outage ends where an interval does: the next one was lit', () => {
    const alarms = [alarm('last-gasp', 1, -15), alarm('restoration', 1, -5)];
    expect(flagDifferences(READING, alarms)).toBe(0);
  });

  test.each([
    ['no alarm tells of it', [], 2],
    ['the restoration is missing', [alarm('last-gasp', 1, -12)], 1],
    [
      'another outage has no flag',
      [
        alarm('last-gasp', 1, -12),
        alarm('restoration', 1, -6),
        alarm('last-gasp', 2, -4),
        alarm('restoration', 2, -3),
      ],
      1,
    ],
    ['the outage was later', [alarm('last-gasp', 1, -7), alarm('restoration', 1, -6)], 1],
  ])('differ when %s', (_why, alarms, differences) => {
    expect(flagDifferences(READING, alarms)).toBe(differences);
  });
});
