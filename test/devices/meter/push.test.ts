import { describe, expect, test } from 'vitest';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { clockNs } from '../../../devices/meter/clock.ts';
import type { MeterInput } from '../../../devices/meter/input.ts';
import { OFF, ON, START_UTC_MS, type Story, type TableOptions, tableOf, tell } from './story.ts';

const START_MINUTES = START_UTC_MS / 60_000;
const FLEET: TableOptions = { withModule: true, withLoadProfile: false };
const INTERVALS: MeterInput = { kind: 'configure-intervals', intervalMinutes: 5 };

function pushEvery(everyMinutes: number): MeterInput {
  return { kind: 'configure-push', everyMinutes };
}

/** Minutes after the start that each report ends at, how many it holds, and how late it was, ms. */
function reportsOf(
  story: Story,
  untilSeconds: number,
  options: TableOptions = {},
): readonly (readonly [end: number, intervals: number, lateMs: number])[] {
  const meters = tableOf({ ...FLEET, ...options });
  return tell(meters, 0, [[1, ON], [10, INTERVALS], ...story], untilSeconds)
    .filter(({ kind }) => kind === 'interval-report')
    .map(({ atNs, first, second }) => {
      const end = first - START_MINUTES;
      // 0 is added because -0 is no less than on time.
      const lateMs = Math.round((clockNs(meters, 0, atNs) - end * 60 * NS_PER_S) / 1e6) + 0;
      return [end, second, lateMs];
    });
}

describe('a push schedule', () => {
  test('sends four times an hour when the interval is complete, by the clock of the meter', () => {
    expect(reportsOf([[20, pushEvery(15)]], 3_700)).toEqual([
      [15, 3, 0],
      [30, 3, 0],
      [45, 3, 0],
      [60, 3, 0],
    ]);
  });

  test('is never early, whatever the offset and the drift of the clock', () => {
    for (const seed of [2, 3, 4, 5, 6]) {
      const reports = reportsOf([[20, pushEvery(15)]], 86_400, { seed });
      expect(reports.length).toBeGreaterThan(94);
      expect(reports.every(([, , lateMs]) => lateMs === 0)).toBe(true);
    }
  });

  test('a rule that sends a second early is found out', () => {
    const rules = { pushDue: (shown: number, end: number) => shown >= end - 1000 };
    expect(reportsOf([[20, pushEvery(15)]], 2_000, { rules })).toEqual([
      [15, 3, -1000],
      [30, 3, -1000],
    ]);
  });

  test.each([
    [5, 0],
    [14, 0],
    [15, 4],
    [20, 3],
    [0, 0],
  ])('every %i minutes: %i reports in an hour', (every, reports) => {
    expect(reportsOf([[20, pushEvery(every)]], 3_700)).toHaveLength(reports);
  });

  test('is ended by 0', () => {
    const story: Story = [
      [20, pushEvery(15)],
      [2_000, pushEvery(0)],
    ];
    expect(reportsOf(story, 86_400)).toHaveLength(2);
  });

  test('says nothing without mains, and goes on with the next end', () => {
    const story: Story = [
      [20, pushEvery(15)],
      [1_000, OFF],
      [3_000, ON],
    ];
    expect(reportsOf(story, 5_000).map(([end]) => end)).toEqual([15, 60, 75]);
  });

  test('with longer intervals than its period it sends the newest complete one', () => {
    const story: Story = [
      [20, pushEvery(15)],
      [1_000, { kind: 'configure-intervals', intervalMinutes: 30 }],
    ];
    expect(reportsOf(story, 5_500).map(([end, intervals]) => [end, intervals])).toEqual([
      [15, 3],
      [30, 1],
      [30, 1],
      [60, 1],
      [60, 1],
      [90, 1],
    ]);
  });

  test('a clock that is set over an end sends it at once, one that is set back sends it again', () => {
    const story: Story = [
      [20, pushEvery(15)],
      [600, { kind: 'set-clock', shownNs: 905 * NS_PER_S }],
      [700, { kind: 'set-clock', shownNs: 890 * NS_PER_S }],
    ];
    expect(reportsOf(story, 720).map(([end]) => end)).toEqual([15, 15]);
  });

  test('of a recording meter comes after the interval that it ends with was recorded', () => {
    const reports = reportsOf([[20, pushEvery(15)]], 3_700, { withLoadProfile: true });
    expect(reports).toEqual([
      [15, 3, 0],
      [30, 3, 0],
      [45, 3, 0],
      [60, 3, 0],
    ]);
  });
});
