import { expect, test } from 'vitest';
import { bytesPerMeter, createMeters, type Meters } from '../../../devices/meter/columns.ts';
import { METER_RULES } from '../../../devices/meter/rules/index.ts';
import {
  OFF,
  ON,
  OUTAGE_ALARMS,
  PROFILE,
  START_UTC_MS,
  type Story,
  tableOf,
  tell,
} from './story.ts';

const STORY: Story = [
  [1, ON],
  [10, OUTAGE_ALARMS],
  [
    11,
    {
      kind: 'configure-clock-sync',
      enabled: true,
      lowerMs: 1_000,
      upperMs: 60_000,
      cycleMs: 60_000,
    },
  ],
  [12, { kind: 'set-clock', shownNs: 5e9 }],
  [13, { kind: 'load', milliWatts: 7_200_000, currentMilliAmps: 30_000 }],
  [71.1, { kind: 'clock-reference', headEndNs: 71.05e9 }],
  [131.2, { kind: 'clock-reference', headEndNs: 431.1e9 }],
  [200, OFF],
  [230, ON],
  [300, OFF],
  [310, ON],
  [400, { kind: 'configure-clock-sync', enabled: true, lowerMs: 9, upperMs: 3, cycleMs: 60_000 }],
];
const UNTIL_SECONDS = 1_000;

test('a story told to the meter of the bench and to one row of 100,000 gives the same messages', () => {
  const row = 73_911;
  const bench = tell(tableOf(), 0, STORY, UNTIL_SECONDS);
  const fleet = tell(tableOf({ count: 100_000, firstIndex: -row }), row, STORY, UNTIL_SECONDS);
  expect(fleet.map((message) => ({ ...message, row: 0 }))).toEqual(bench);
  const kinds = new Set(bench.map(({ kind }) => kind));
  for (const kind of [
    'heartbeat',
    'clock-reference-request',
    'clock-deviation',
    'last-gasp',
    'restoration',
    'configuration-accepted',
    'configuration-refused',
  ]) {
    expect(kinds).toContain(kind);
  }
});

test('another meter of the same fleet tells the same story at other instants', () => {
  const meters = tableOf({ count: 2 });
  const first = tell(meters, 0, STORY, UNTIL_SECONDS);
  const second = tell(meters, 1, STORY, UNTIL_SECONDS);
  expect(second.map(({ atNs }) => atNs)).not.toEqual(first.map(({ atNs }) => atNs));
});

test('a story told to one row leaves every other row as it was', () => {
  const meters = tableOf({ count: 3 });
  const before = snapshot(meters, [0, 2]);
  tell(meters, 1, STORY, UNTIL_SECONDS);
  expect(snapshot(meters, [0, 2])).toEqual(before);
});

test('100,000 meters without logs stay under 512 bytes each', () => {
  const meters = createMeters({
    count: 100_000,
    seed: 1,
    profile: PROFILE,
    rules: METER_RULES,
    createdAtNs: 0,
    startUtcMs: START_UTC_MS,
  });
  expect(bytesPerMeter(meters)).toBeGreaterThan(100);
  expect(bytesPerMeter(meters)).toBeLessThan(512);
});

/** The values of some rows in every column, however many values a row has in it. */
function snapshot(meters: Meters, rows: readonly number[]): unknown {
  return Object.entries(meters).flatMap(([name, column]: [string, unknown]): unknown[] => {
    if (!ArrayBuffer.isView(column)) return [];
    const values = Array.from(column as unknown as ArrayLike<number>);
    const width = values.length / meters.count;
    return [[name, rows.map((row) => values.slice(row * width, (row + 1) * width))]];
  });
}
