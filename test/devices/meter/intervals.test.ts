import { describe, expect, test } from 'vitest';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import type { Meters } from '../../../devices/meter/columns.ts';
import type { MeterInput } from '../../../devices/meter/input.ts';
import { intervalBlock } from '../../../devices/meter/intervals.ts';
import { INTERVAL_STATUS } from '../../../devices/meter/logs.ts';
import { moduleSnapshot } from '../../../devices/meter/snapshot.ts';
import { OFF, ON, START_UTC_MS, type Story, type TableOptions, tableOf, tell } from './story.ts';

const START_MINUTES = START_UTC_MS / 60_000;
const FLEET: TableOptions = { commissioned: 'fresh', withLoadProfile: false };
const { partial, powerFail, skipped } = INTERVAL_STATUS;

function everyMinutes(intervalMinutes: number): MeterInput {
  return { kind: 'configure-intervals', intervalMinutes };
}

/** A clock that shows true time, so that ends of intervals are where the story has them. */
const RIGHT_CLOCK: MeterInput = { kind: 'set-clock', shownNs: 5 * NS_PER_S };
const BEGIN: Story = [
  [1, ON],
  [5, RIGHT_CLOCK],
];

function toldUntil(seconds: number, story: Story, options: TableOptions = FLEET): Meters {
  const meters = tableOf(options);
  meters.driftPpb[0] = 0;
  tell(meters, 0, [...BEGIN, ...story], seconds);
  return meters;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

describe('computed interval data', () => {
  test('is aligned, and its sum is the difference of the register, over hours and lengths', () => {
    for (const length of [5, 15, 60]) {
      const meters = toldUntil(30_000, [[10, everyMinutes(length)]]);
      const earlier = intervalBlock(meters, 0, 10_800 * NS_PER_S, 1);
      const later = intervalBlock(meters, 0, 25_200 * NS_PER_S, 240 / length);
      expect(later).toMatchObject({ endMinutes: START_MINUTES + 420, intervalMinutes: length });
      expect(later.pulses).toHaveLength(240 / length);
      expect(later.status.every((status) => status === 0)).toBe(true);
      expect(sum(later.pulses)).toBe(later.registerPulses - earlier.registerPulses);
      expect(Math.min(...later.pulses)).toBeGreaterThan(0);
    }
  });

  test('is the same whenever it is asked for, and another for another meter', () => {
    const meters = toldUntil(7_300, [[10, everyMinutes(15)]]);
    const early = intervalBlock(meters, 0, 7_200 * NS_PER_S, 4);
    expect(intervalBlock(meters, 0, 7_900 * NS_PER_S, 4)).toEqual(early);
    const other = toldUntil(7_300, [[10, everyMinutes(15)]], { ...FLEET, firstIndex: 1 });
    expect(intervalBlock(other, 0, 7_200 * NS_PER_S, 4).pulses).not.toEqual(early.pulses);
  });

  test('never holds an interval that is not complete', () => {
    const meters = toldUntil(3_700, [[10, everyMinutes(15)]]);
    expect(intervalBlock(meters, 0, 3_599 * NS_PER_S, 1).endMinutes).toBe(START_MINUTES + 45);
    expect(intervalBlock(meters, 0, 3_601 * NS_PER_S, 1).endMinutes).toBe(START_MINUTES + 60);
  });

  test('begins with a partial interval when recording began within one', () => {
    const meters = toldUntil(3_700, [[1_200, everyMinutes(15)]]);
    const block = intervalBlock(meters, 0, 3_610 * NS_PER_S, 96);
    expect(block.status).toEqual([partial, 0, 0]);
    const [first = 0, second = 0] = block.pulses;
    expect(first).toBeGreaterThan(0);
    expect(first / second).toBeLessThan(0.7);
  });

  test('is empty before anybody configured it', () => {
    const meters = toldUntil(3_700, []);
    expect(intervalBlock(meters, 0, 3_610 * NS_PER_S, 4).pulses).toEqual([]);
  });

  test('counts nothing before the first power, and nothing without mains', () => {
    const outage: Story = [
      [10, everyMinutes(5)],
      [660, OFF],
      [2_000, ON],
    ];
    const meters = toldUntil(3_700, outage);
    const block = intervalBlock(meters, 0, 3_610 * NS_PER_S, 12);
    expect(block.status.slice(1)).toEqual([
      0,
      powerFail | partial,
      powerFail | skipped,
      powerFail | skipped,
      powerFail | skipped,
      powerFail | partial,
      0,
      0,
      0,
      0,
      0,
    ]);
    expect(block.pulses.slice(3, 6)).toEqual([0, 0, 0]);
    expect(block.pulses[2]).toBeGreaterThan(0);
    const whole = toldUntil(3_700, [[10, everyMinutes(5)]]);
    const undisturbed = intervalBlock(whole, 0, 3_610 * NS_PER_S, 12);
    expect(block.registerPulses).toBeLessThan(undisturbed.registerPulses);
    // From the first second with mains on: the whole register is what the intervals hold.
    expect(block.registerPulses - sum(block.pulses)).toBeLessThan(10);
  });

  test('adds up still when more outages have happened than are remembered', () => {
    const flaps: Story = Array.from({ length: 8 }, (_, n): Story => [
      [1_000 + n * 1_000, OFF],
      [1_400 + n * 1_000, ON],
    ]).flat();
    const meters = toldUntil(11_000, [[10, everyMinutes(15)], ...flaps]);
    const earlier = intervalBlock(meters, 0, 9_100 * NS_PER_S, 1);
    const later = intervalBlock(meters, 0, 10_900 * NS_PER_S, 2);
    expect(sum(later.pulses)).toBe(later.registerPulses - earlier.registerPulses);
    const whole = toldUntil(11_000, [[10, everyMinutes(15)]]);
    const undisturbed = intervalBlock(whole, 0, 10_900 * NS_PER_S, 2);
    const missed = undisturbed.registerPulses - later.registerPulses;
    const share = missed / undisturbed.registerPulses;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
  });

  test('two cuts within one second take their energy away once', () => {
    const blips: Story = [
      [10, everyMinutes(5)],
      [400.1, OFF],
      [400.2, ON],
      [400.6, OFF],
      [400.7, ON],
    ];
    // Pulses so small that a second holds many of them.
    const fine: TableOptions = { ...FLEET, profile: { khWattHours: 0.001 } };
    const block = intervalBlock(toldUntil(1_000, blips, fine), 0, 610 * NS_PER_S, 2);
    const whole = toldUntil(1_000, [[10, everyMinutes(5)]], fine);
    const [, full = 0] = intervalBlock(whole, 0, 610 * NS_PER_S, 2).pulses;
    const missed = (full - (block.pulses[1] ?? 0)) / (full / 300);
    // Of one second, not of two; power changes a little within an interval.
    expect(missed).toBeGreaterThan(0.9);
    expect(missed).toBeLessThan(1.1);
    expect(block.status[1]).toBe(powerFail | partial);
  });
});

describe('the length of an interval', () => {
  test.each([
    [4, 0],
    [5, 5],
    [15, 15],
    [61, 0],
  ])('configured as %i minutes is %i afterwards', (asked, held) => {
    const meters = toldUntil(20, [[10, everyMinutes(asked)]]);
    expect(moduleSnapshot(meters, 0, 20e9).settings.intervalMinutes).toBe(held);
  });

  test('when it changes, the running interval becomes the first of the new length', () => {
    const meters = toldUntil(8_000, [
      [10, everyMinutes(5)],
      [3_720, everyMinutes(15)],
    ]);
    const block = intervalBlock(meters, 0, 7_210 * NS_PER_S, 96);
    expect(block.intervalMinutes).toBe(15);
    expect(block.pulses).toHaveLength(4);
    expect(block.status).toEqual([0, 0, 0, 0]);
  });

  test('configured once more as it is, it cuts nothing', () => {
    const meters = toldUntil(8_000, [
      [10, everyMinutes(15)],
      [4_000, everyMinutes(15)],
    ]);
    expect(intervalBlock(meters, 0, 7_210 * NS_PER_S, 96).pulses).toHaveLength(8);
  });
});

describe('recorded interval data', () => {
  const recording: TableOptions = { commissioned: 'fresh', withLoadProfile: true };
  const load: MeterInput = { kind: 'load', milliWatts: 7_200_000, currentMilliAmps: 30_000 };

  test('is sent as it was recorded, and adds up', () => {
    const meters = toldUntil(7_300, [[10, load]], recording);
    const one = intervalBlock(meters, 0, 7_250 * NS_PER_S, 1);
    const block = intervalBlock(meters, 0, 7_250 * NS_PER_S, 12);
    expect(block).toMatchObject({ endMinutes: START_MINUTES + 120, intervalMinutes: 5 });
    expect(block.pulses).toHaveLength(12);
    expect(sum(block.pulses.slice(1))).toBeGreaterThan(11 * 595);
    expect(block.registerPulses).toBe(one.registerPulses);
    expect(intervalBlock(meters, 0, 7_250 * NS_PER_S, 96).pulses).toHaveLength(24);
  });

  test('of another length begins at the end of the interval that ran, aligned', () => {
    const meters = toldUntil(
      7_300,
      [
        [10, load],
        [3_720, everyMinutes(15)],
      ],
      recording,
    );
    const block = intervalBlock(meters, 0, 7_250 * NS_PER_S, 96);
    expect(block).toMatchObject({ endMinutes: START_MINUTES + 120, intervalMinutes: 15 });
    expect(block.pulses).toHaveLength(4);
  });
});
