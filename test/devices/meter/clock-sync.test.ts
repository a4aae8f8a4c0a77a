import { describe, expect, test } from 'vitest';
import { clockNs } from '../../../devices/meter/clock.ts';
import type { MeterInput } from '../../../devices/meter/input.ts';
import { clockSyncDecision } from '../../../devices/meter/rules/clock-sync.ts';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { ON, type Story, tableOf, tell } from './story.ts';

describe('the band of the clock synchronisation is closed', () => {
  const LOWER = 5_000;
  const UPPER = 60_000;
  test.each([
    [0, 'ignore'],
    [4_000, 'ignore'],
    [5_000, 'correct'],
    [6_000, 'correct'],
    [59_000, 'correct'],
    [60_000, 'correct'],
    [61_000, 'alarm'],
    [3_600_000, 'alarm'],
  ] as const)('a deviation of %i ms, fast or slow: %s', (deviationMs, decision) => {
    for (const signed of [deviationMs, -deviationMs]) {
      const question = { enabled: true, deviationMs: signed, lowerMs: LOWER, upperMs: UPPER };
      expect(clockSyncDecision(question)).toBe(decision);
      expect(clockSyncDecision({ ...question, enabled: false })).toBe('ignore');
    }
  });
});

const SYNC: MeterInput = {
  kind: 'configure-clock-sync',
  enabled: true,
  lowerMs: 5_000,
  upperMs: 60_000,
  cycleMs: 60_000,
};

/** The clock is set `offBySeconds` ahead; the reference is answered 100 ms after it was asked for. */
function storyWith(offBySeconds: number): Story {
  return [
    [1, ON],
    [10, SYNC],
    [12, { kind: 'set-clock', shownNs: (12 + offBySeconds) * NS_PER_S }],
    [70.1, { kind: 'clock-reference', headEndNs: 70.05 * NS_PER_S }],
  ];
}

describe('the module, asked by messages alone', () => {
  test('corrects a clock inside the band to within the drift of a minute, without an alarm', () => {
    const meters = tableOf();
    const said = tell(meters, 0, storyWith(-30), 100);
    expect(said.map(({ kind }) => kind)).not.toContain('clock-deviation');
    expect(Math.abs(clockNs(meters, 0, 100e9) - 100e9)).toBeLessThan(2e6);
  });

  test('reports a clock beyond the band with its deviation and leaves it alone', () => {
    const meters = tableOf();
    const said = tell(meters, 0, storyWith(-61), 100);
    const alarms = said.filter(({ kind }) => kind === 'clock-deviation');
    expect(alarms.map(({ first }) => first)).toEqual([-61e9]);
    expect(Math.abs(clockNs(meters, 0, 100e9) - 39e9)).toBeLessThan(2e6);
  });

  test('follows the head-end and not the time of its surroundings', () => {
    const meters = tableOf();
    const story = storyWith(0).slice(0, 3);
    tell(meters, 0, [...story, [70.1, { kind: 'clock-reference', headEndNs: 90.05e9 }]], 100);
    expect(Math.abs(clockNs(meters, 0, 100e9) - 120e9)).toBeLessThan(2e6);
  });

  test('hears nothing while it is dark', () => {
    const said = tell(tableOf(), 0, [[5, SYNC]], 100);
    expect(said).toEqual([]);
  });
});
