import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  decodeTable,
  describeTable,
  encodeTable,
} from '../../../../devices/protocol/c12-19/tables.ts';
import type { TableContext } from '../../../../devices/protocol/c12-19/tables.ts';

/**
 * The calendar that stands as a sample in Hexing's head-end (Table54.java), shortened to its first
 * eight recurring dates and twelve tier switches: the one public calendar of another maker.
 */
const CALENDAR = fromHex(`
  030861 0a0862 010863 040864 070865 0a0866 081301 101302
  000000 011800 023000 034800 006000 017800 029000 03a800
  010001 021801 033001 004801
  00010203 01020300 02030001 03000102
`);

const CONTEXT: TableContext = {
  0: {
    FORMAT_CONTROL_1: { DATA_ORDER: false },
    FORMAT_CONTROL_2: { TM_FORMAT: 2, INT_FORMAT: 0 },
    FORMAT_CONTROL_3: { NI_FORMAT1: 8, NI_FORMAT2: 8 },
  },
  51: {
    TIME_FUNC_FLAG1: { ANCHOR_DATE_FLAG: false },
    TIME_FUNC_FLAG2: { SEPARATE_WEEKDAYS_FLAG: false },
    CALENDAR_FUNC: { NBR_SEASONS: 4, NBR_SPECIAL_SCHED: 1 },
    NBR_NON_RECURR_DATES: 0,
    NBR_RECURR_DATES: 8,
    NBR_TIER_SWITCHES: 12,
  },
};

test("another maker's calendar reads as what it means", () => {
  const value = decodeTable(54, CALENDAR, CONTEXT);
  expect(toHex(encodeTable(54, value, CONTEXT))).toBe(toHex(CALENDAR));
  const text = new Map(describeTable(54, value, CONTEXT).map((row) => [row.name, row.value]));
  const valuesOf = (pattern: RegExp) =>
    [...text].filter(([name]) => pattern.test(name)).map(([, one]) => one);
  // Summer time from March to October, four seasons of a quarter each, all with reset and self read.
  const both = 'DEMAND_RESET_FLAG, SELF_READ_FLAG';
  expect(valuesOf(/^RECURR_DATES\[[0-5]\]/)).toEqual([
    'every year on 03-01',
    `daylight saving on, ${both}`,
    'every year on 10-01',
    `daylight saving off, ${both}`,
    'every year on 01-01',
    `season 0, ${both}`,
    'every year on 04-01',
    `season 1, ${both}`,
    'every year on 07-01',
    `season 2, ${both}`,
    'every year on 10-01',
    `season 3, ${both}`,
  ]);
  // A tier every three hours.
  expect(valuesOf(/TIER_SWITCH$/).slice(0, 8)).toEqual([
    '00:00 tier 0',
    '03:00 tier 1',
    '06:00 tier 2',
    '09:00 tier 3',
    '12:00 tier 0',
    '15:00 tier 1',
    '18:00 tier 2',
    '21:00 tier 3',
  ]);
  expect(value['DAILY_SCHEDULE_ID_MATRIX']).toMatchObject([
    { SATURDAY_SCHEDULE: 0, SUNDAY_SCHEDULE: 1, WEEKDAY_SCHEDULE: 2, SPECIAL_SCHEDULE: [3] },
    { SATURDAY_SCHEDULE: 1, SUNDAY_SCHEDULE: 2, WEEKDAY_SCHEDULE: 3, SPECIAL_SCHEDULE: [0] },
    { SATURDAY_SCHEDULE: 2 },
    { SATURDAY_SCHEDULE: 3 },
  ]);
});
