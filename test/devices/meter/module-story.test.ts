import { expect, test } from 'vitest';
import { bytesPerMeter, createMeters } from '../../../devices/meter/columns.ts';
import { METER_RULES } from '../../../devices/meter/rules/index.ts';
import { moduleSnapshot } from '../../../devices/meter/snapshot.ts';
import { PARAMETER_KEYS } from '../../../devices/protocol/centron-gprs/messages.ts';
import {
  OFF,
  ON,
  OUTAGE_ALARMS,
  PROFILE,
  START_UTC_MS,
  type Story,
  type TableOptions,
  tableOf,
  tell,
} from './story.ts';

/** From its box to a placed, provisioned meter that survives two outages. */
const STORY: Story = [
  [1, ON],
  ...PARAMETER_KEYS.map((key, place): Story[number] => [
    20 + place,
    { kind: 'write-parameter', key, value: key },
  ]),
  [90, { kind: 'registered' }],
  [100, OUTAGE_ALARMS],
  [101, { kind: 'configure-intervals', intervalMinutes: 4 }],
  [102, { kind: 'configure-intervals', intervalMinutes: 5 }],
  [103, { kind: 'configure-push', everyMinutes: 15 }],
  [2_000, OFF],
  [2_020, ON],
  [2_100, OFF],
  [2_500, ON],
  [2_600, { kind: 'registered' }],
];
const UNTIL_SECONDS = 6_000;
const FRESH: TableOptions = { commissioned: 'fresh', withLoadProfile: false };

test('a fresh meter alone and one row of many tell the same story of their lives', () => {
  const row = 1_711;
  const alone = tableOf(FRESH);
  const many = tableOf({ ...FRESH, count: 3_000, firstIndex: -row });
  const one = tell(alone, 0, STORY, UNTIL_SECONDS);
  const other = tell(many, row, STORY, UNTIL_SECONDS);
  expect(other.map((message) => ({ ...message, row: 0 }))).toEqual(one);
  expect(moduleSnapshot(many, row, UNTIL_SECONDS * 1e9)).toEqual(
    moduleSnapshot(alone, 0, UNTIL_SECONDS * 1e9),
  );
  expect(new Set(one.map(({ kind }) => kind))).toEqual(
    new Set([
      'auto-configuration',
      'registration',
      'registration-confirmed',
      'heartbeat',
      'configuration-accepted',
      'configuration-refused',
      'interval-report',
      'last-gasp',
      'restoration',
    ]),
  );
});

test('the story of one row changes no column of another', () => {
  const meters = tableOf({ ...FRESH, count: 3 });
  const before = columnsOf(meters, 3, [0, 2]);
  const ownBefore = columnsOf(meters, 3, [1]);
  tell(meters, 1, STORY, UNTIL_SECONDS);
  expect(columnsOf(meters, 3, [0, 2])).toEqual(before);
  expect(columnsOf(meters, 3, [1])).not.toEqual(ownBefore);
});

test('100,000 meters with the columns of their modules stay under 512 bytes each', () => {
  const options = {
    count: 100_000,
    seed: 1,
    profile: PROFILE,
    rules: METER_RULES,
    createdAtNs: 0,
    startUtcMs: START_UTC_MS,
  };
  const plain = bytesPerMeter(createMeters(options));
  const withModule = bytesPerMeter(createMeters({ ...options, commissioned: 'fresh' }));
  expect(withModule).toBeGreaterThan(plain + 50);
  expect(withModule).toBeLessThan(512);
});

/** What stands in every column of some rows, whatever the group and however wide the row. */
function columnsOf(table: object, count: number, rows: readonly number[]): unknown {
  return Object.entries(table).flatMap(([name, member]: [string, unknown]): unknown[] => {
    if (ArrayBuffer.isView(member)) {
      const values = Array.from(member as unknown as ArrayLike<number>);
      const width = values.length / count;
      return [[name, rows.map((row) => values.slice(row * width, (row + 1) * width))]];
    }
    const isGroup = ['timers', 'module', 'outages', 'link'].includes(name);
    return isGroup ? [columnsOf(member as object, count, rows)] : [];
  });
}
