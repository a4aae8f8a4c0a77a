import { describe, expect, test } from 'vitest';
import {
  decodeTable,
  describeTable,
  encodeTable,
  tablesNeededForUnits,
} from '../../../../devices/protocol/c12-19/tables.ts';
import type { TableContext, TableRow } from '../../../../devices/protocol/c12-19/tables.ts';
import { encodeProcedureParameters } from '../../../../devices/protocol/c12-19/procedure-data.ts';
import { toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { CONTEXTS } from './contexts.ts';

const [recorded] = CONTEXTS;
if (recorded === undefined) throw new Error('no context');
const BASE = recorded.context;

type Value = Readonly<Record<string, unknown>>;

/** The context with further tables, each decoded as a reader would have it. */
function withTables(context: TableContext, tables: readonly (readonly [number, Value])[]) {
  return tables.reduce<TableContext>(
    (known, [table, value]) => ({
      ...known,
      [table]: decodeTable(table, encodeTable(table, value, known), known),
    }),
    context,
  );
}

function rows(table: number, value: Value, context: TableContext): TableRow[] {
  return describeTable(
    table,
    decodeTable(table, encodeTable(table, value, context), context),
    context,
  );
}

function row(table: number, value: Value, context: TableContext, name: string) {
  return rows(table, value, context).find((one) => one.name === name);
}

const CONSTANT = (multiplier: number, offset: number, applied: boolean) => ({
  MULTIPLIER: multiplier,
  OFFSET: offset,
  SET1_CONSTANTS: { SET_FLAGS: { SET_APPLIED_FLAG: applied }, RATIO_F1: 40, RATIO_P1: 60 },
  SET2_CONSTANTS: { SET_FLAGS: { SET_APPLIED_FLAG: true }, RATIO_F1: 7, RATIO_P1: 7 },
});

/** Source 0: Wh as a dial reading in 10^-3; source 1: volts in 10^-2. Both have constants. */
function sources(toBeApplied: boolean): readonly (readonly [number, Value])[] {
  const link = {
    UOM_ENTRY_FLAG: true,
    CONSTANTS_FLAG: true,
    CONSTANT_TO_BE_APPLIED: toBeApplied,
  };
  return [
    [
      12,
      {
        UOM_ENTRY: [
          {
            ID_CODE: 0,
            TIME_BASE: 0,
            MULTIPLIER: 6,
            Q1_ACCOUNTABILITY: true,
            Q4_ACCOUNTABILITY: true,
          },
          { ID_CODE: 8, TIME_BASE: 1, MULTIPLIER: 5 },
        ],
      },
    ],
    [15, { SELECTION: [CONSTANT(2, 500, true), CONSTANT(1, 0, false)] }],
    [16, { SOURCES_LINK: [link, link, {}, {}] }],
  ];
}

/** ST63 of set 1, a circular list. */
const profileStatus = (valid: number, last: number, intervals: number) => ({
  LP_STATUS_SET1: {
    SET_STATUS_FLAGS: { LIST_TYPE: true },
    NBR_VALID_BLOCKS: valid,
    LAST_BLOCK_ELEMENT: last,
    LAST_BLOCK_SEQ_NBR: 7,
    NBR_UNREAD_BLOCKS: 0,
    NBR_VALID_INT: intervals,
  },
});

/** TABLE_IDB of a standard procedure. */
const id = (number: number) => ({ TBL_PROC_NBR: number, MFG_FLAG: false, SELECTOR: 3 });

/** One entry of ST74, and ST74 of two. */
const entry = (event: number, argument: string) => ({
  HISTORY_TIME: Date.UTC(2026, 4, 1),
  EVENT_NUMBER: 0,
  HISTORY_SEQ_NBR: 1,
  USER_ID: 0,
  HISTORY_CODE: { EVENT_NUMBER: event },
  HISTORY_ARGUMENT: argument,
});
const log = (first: object, second: object) => ({
  HIST_FLAGS: {},
  NBR_VALID_ENTRIES: 2,
  LAST_ENTRY_ELEMENT: 1,
  LAST_ENTRY_SEQ_NBR: 2,
  NBR_UNREAD_ENTRIES: 0,
  ENTRIES: [first, second],
});

describe('present registers', () => {
  const selection = { PRESENT_DEMAND_SELECT: [255, 255], PRESENT_VALUE_SELECT: [0, 1] };
  const value = {
    PRESENT_DEMAND: [
      { TIME_REMAINING: 1, DEMAND_VALUE: 2 },
      { TIME_REMAINING: 3, DEMAND_VALUE: 4 },
    ],
    PRESENT_VALUE: [123_456, 24_012],
  };

  test('are kWh and V', () => {
    const context = withTables(BASE, [...sources(false), [27, selection]]);
    expect(rows(28, value, context)).toEqual([
      { name: 'PRESENT_DEMAND[0].TIME_REMAINING', value: '1', number: 1, unit: 's' },
      { name: 'PRESENT_DEMAND[0].DEMAND_VALUE', value: '2', number: 2 },
      { name: 'PRESENT_DEMAND[1].TIME_REMAINING', value: '3', number: 3, unit: 's' },
      { name: 'PRESENT_DEMAND[1].DEMAND_VALUE', value: '4', number: 4 },
      { name: 'PRESENT_VALUE[0]', value: '0.123456', number: 0.123456, unit: 'kWh' },
      { name: 'PRESENT_VALUE[1]', value: '240.12', number: 240.12, unit: 'V' },
    ]);
  });

  test('get the constants that are still to be applied: multiplier, offset, ratios', () => {
    const context = withTables(BASE, [...sources(true), [27, selection]]);
    const shown = rows(28, value, context).slice(-2);
    // 123456 * 2 + 500 in mWh; 240.12 V behind a voltage transformer of 60.
    expect(shown.map(({ number, unit }) => [number, unit])).toEqual([
      [0.247412, 'kWh'],
      [14_407.2, 'V'],
    ]);
  });

  test('stay raw where constants are to be applied and ST15 is not known', () => {
    const { 15: _, ...context } = withTables(BASE, [...sources(true), [27, selection]]);
    expect(rows(28, value, context).at(-1)).toEqual({
      name: 'PRESENT_VALUE[1]',
      value: '24012',
      number: 24_012,
    });
  });

  test('are read out of characters too', () => {
    const characters = CONTEXTS.find(({ name }) => name.startsWith('seconds, text'))?.context ?? {};
    const context = withTables(characters, [
      [
        12,
        {
          UOM_ENTRY: [
            { ID_CODE: 0, TIME_BASE: 0, MULTIPLIER: 2 },
            { ID_CODE: 12, TIME_BASE: 1 },
          ],
        },
      ],
      [16, { SOURCES_LINK: [{ UOM_ENTRY_FLAG: true }, { UOM_ENTRY_FLAG: true }, {}, {}] }],
      [27, selection],
    ]);
    const text = {
      PRESENT_DEMAND: [{ DEMAND_VALUE: ' '.repeat(21) }, { DEMAND_VALUE: ' '.repeat(21) }],
      PRESENT_VALUE: ['    1234.125', '        12.5'],
    };
    expect(rows(28, text, context).slice(-2)).toEqual([
      { name: 'PRESENT_VALUE[0]', value: '1234.125', number: 1234.125, unit: 'kWh' },
      { name: 'PRESENT_VALUE[1]', value: '12.5', number: 12.5, unit: 'A' },
    ]);
  });
});

describe('a load profile', () => {
  const end = Date.UTC(2026, 4, 2, 0, 45);
  const block = (status: readonly number[]) => ({
    BLK_END_TIME: end,
    END_READINGS: [{ BLK_END_READ: 2_500_000, BLK_END_PULSE: 9 }],
    SET_SIMPLE_INT_STATUS: [],
    LP_INT: status.map((byte, index) => ({ EXTENDED_INT_STATUS: [byte], INT_DATA: [100 + index] })),
  });
  const control = {
    LP_SEL_SET1: [{ CHNL_FLAG: {}, LP_SOURCE_SEL: 0, END_BLK_RDG_SOURCE_SEL: 0 }],
    INT_FMT_CDE1: 2,
    SCALARS_SET1: [2],
    DIVISOR_SET1: [50],
  };
  const value = { LP_DATA_SETS1: [block([0x20, 0x12, 0]), block([0x44, 0, 0])] };

  test('is kWh an interval, with its end and its status in words', () => {
    const context = withTables(BASE, [
      ...sources(false),
      [62, control],
      [63, profileStatus(2, 1, 2)],
    ]);
    const shown = rows(64, value, context);
    // 100 pulses * 50 / 2 in mWh.
    expect(shown).toContainEqual({
      name: 'LP_DATA_SETS1[0].LP_INT[0].INT_DATA[0]',
      value: '0.002500',
      number: 0.0025,
      unit: 'kWh',
      at: '2026-05-02 00:15:00',
    });
    expect(shown).toContainEqual({
      name: 'LP_DATA_SETS1[0].END_READINGS[0].BLK_END_READ',
      value: '2.500000',
      number: 2.5,
      unit: 'kWh',
    });
    const words = shown.filter(({ name }) => /LP_INT\[\d\]\.E/.test(name));
    expect(words.map(({ name, value: text }) => `${name} ${text}`)).toEqual([
      'LP_DATA_SETS1[0].LP_INT[0].END_TIME 2026-05-02 00:15:00',
      'LP_DATA_SETS1[0].LP_INT[0].EXTENDED_INT_STATUS power-fail',
      'LP_DATA_SETS1[0].LP_INT[1].END_TIME 2026-05-02 00:30:00',
      'LP_DATA_SETS1[0].LP_INT[1].EXTENDED_INT_STATUS dst-changed, channel 1 partial',
      'LP_DATA_SETS1[0].LP_INT[2].END_TIME 2026-05-02 00:45:00',
      'LP_DATA_SETS1[0].LP_INT[2].EXTENDED_INT_STATUS fine',
      // Of the newest block two intervals are there: the second ends when the block ends.
      'LP_DATA_SETS1[1].LP_INT[0].END_TIME 2026-05-02 00:30:00',
      'LP_DATA_SETS1[1].LP_INT[0].EXTENDED_INT_STATUS clock-forward, channel 1 skipped',
      'LP_DATA_SETS1[1].LP_INT[1].END_TIME 2026-05-02 00:45:00',
      'LP_DATA_SETS1[1].LP_INT[1].EXTENDED_INT_STATUS fine',
    ]);
  });

  test('shows only blocks that hold something', () => {
    const context = withTables(BASE, [
      [62, control],
      [63, profileStatus(1, 0, 3)],
    ]);
    const names = rows(64, value, context).map(({ name }) => name);
    expect(names.some((name) => name.startsWith('LP_DATA_SETS1[0]'))).toBe(true);
    expect(names.some((name) => name.startsWith('LP_DATA_SETS1[1]'))).toBe(false);
  });
});

test('sets name their members', () => {
  const st0 = BASE[0];
  if (st0 === undefined) throw new Error('no ST0');
  const used = row(0, { ...st0, STD_TBLS_USED: [0, 52] }, BASE, 'STD_TBLS_USED');
  expect(used?.value).toBe('ST0 general configuration, ST52 clock');
  expect(row(0, st0, BASE, 'MFG_TBLS_USED')?.value).toBe('MT9');
  expect(row(0, st0, BASE, 'STD_PROC_USED')?.value).toBe('10 set-date-and-time');
  const events = { STD_EVENTS_SUPPORTED: [1, 10], MFG_EVENTS_SUPPORTED: [] };
  expect(row(72, events, BASE, 'STD_EVENTS_SUPPORTED')?.value).toBe(
    '1 primary power down, 10 table written',
  );
});

describe('a procedure', () => {
  test('is named, with its parameters', () => {
    const parameters = {
      SET_MASK: { SET_TIME_FLAG: true, SET_DATE_FLAG: true },
      DATE_TIME: Date.UTC(2026, 4, 1, 12),
      TIME_DATE_QUAL: { DAY_OF_WEEK: 5, DST_FLAG: true },
    };
    const bytes = encodeProcedureParameters('set-date-and-time', parameters, BASE);
    const value = { TABLE_IDB_BFLD: id(10), SEQ_NBR: 4, PARM: toHex(bytes) };
    expect(rows(7, value, BASE)).toEqual([
      {
        name: 'TABLE_IDB_BFLD',
        value: 'procedure 10 set-date-and-time, answered at-once-and-on-completion',
      },
      { name: 'SEQ_NBR', value: '4', number: 4 },
      { name: 'PARM.SET_MASK', value: 'SET_TIME_FLAG, SET_DATE_FLAG' },
      { name: 'PARM.DATE_TIME', value: '2026-05-01 12:00:00' },
      { name: 'PARM.TIME_DATE_QUAL', value: 'Friday, DST_FLAG' },
    ]);
  });

  test('says which list it resets', () => {
    const value = { TABLE_IDB_BFLD: id(4), SEQ_NBR: 4, PARM: '03' };
    expect(row(7, value, BASE, 'PARM.LIST')?.value).toBe('3 load-profile-set-1');
  });

  test('keeps a password to itself', () => {
    const bytes = encodeProcedureParameters('log-in', { USER_ID: 1, PASSWORD: 'secret' }, BASE);
    const value = { TABLE_IDB_BFLD: id(18), SEQ_NBR: 4, PARM: toHex(bytes) };
    expect(rows(7, value, BASE).at(-1)).toEqual({ name: 'PARM', value: 'not shown' });
  });

  test('shows the bytes where they are not what they should be', () => {
    const value = { TABLE_IDB_BFLD: id(10), SEQ_NBR: 4, PARM: 'ff' };
    expect(row(7, value, BASE, 'PARM')?.value).toBe('ff');
    const answer = { TABLE_IDB_BFLD: id(10), SEQ_NBR: 4, RESULT_CODE: 2, RESP_DATA: '' };
    expect(row(8, answer, BASE, 'RESULT_CODE')?.value).toBe('2 invalid parameter');
  });
});

const argumentsOf = (first: object, second: object) =>
  rows(74, log(first, second), BASE)
    .filter(({ name }) => name.endsWith('_ARGUMENT'))
    .map(({ value }) => value);

test('what logged events were about is named', () => {
  expect(argumentsOf(entry(9, '0900'), entry(10, '3400'))).toEqual([
    'procedure 9 remote-reset',
    'ST52 clock',
  ]);
  expect(argumentsOf(entry(10, '2808'), entry(1, '0102'))).toEqual(['MT40', '0102']);
});

test('a calendar is dates, actions and tiers in words', () => {
  const calendar = {
    ANCHOR_DATE: null,
    NON_RECURR_DATES: [
      {
        NON_RECURR_DATE: '2026-12-25',
        CALENDAR_ACTION: { CALENDAR_CTRL: 19, SELF_READ_FLAG: true },
      },
      { NON_RECURR_DATE: 'unused', CALENDAR_ACTION: { CALENDAR_CTRL: 0 } },
    ],
    RECURR_DATES: [
      { RECURR_DATE: { MONTH: 3, DAY: 1 }, CALENDAR_ACTION: { CALENDAR_CTRL: 1 } },
      { RECURR_DATE: { MONTH: 15, OFFSET: 2 }, CALENDAR_ACTION: { CALENDAR_CTRL: 4 } },
    ],
    TIER_SWITCHES: [
      { TIER_SWITCH: { NEW_TIER: 1, SWITCH_MIN: 30, SWITCH_HOUR: 6 }, DAY_SCH_NUM: 0 },
      { TIER_SWITCH: {}, DAY_SCH_NUM: 0 },
      { TIER_SWITCH: {}, DAY_SCH_NUM: 0 },
    ],
    DAILY_SCHEDULE_ID_MATRIX: [0, 1].map(() => ({
      SUNDAY_SCHEDULE: 0,
      MONDAY_SCHEDULE: 1,
      TUESDAY_SCHEDULE: 1,
      WEDNESDAY_SCHEDULE: 1,
      THURSDAY_SCHEDULE: 1,
      FRIDAY_SCHEDULE: 1,
      SATURDAY_SCHEDULE: 2,
      SPECIAL_SCHEDULE: [3],
    })),
  };
  const shown = rows(54, calendar, BASE).map(({ name, value }) => `${name} ${value}`);
  expect(shown.slice(0, 10)).toEqual([
    'ANCHOR_DATE -',
    'NON_RECURR_DATES[0].NON_RECURR_DATE 2026-12-25',
    'NON_RECURR_DATES[0].CALENDAR_ACTION special schedule 0, SELF_READ_FLAG',
    'NON_RECURR_DATES[1].NON_RECURR_DATE unused',
    'NON_RECURR_DATES[1].CALENDAR_ACTION no change',
    'RECURR_DATES[0].RECURR_DATE every year on 03-01',
    'RECURR_DATES[0].CALENDAR_ACTION daylight saving on',
    'RECURR_DATES[1].RECURR_DATE rule 15, OFFSET 2, WEEKDAY 0, DAY 0',
    'RECURR_DATES[1].CALENDAR_ACTION season 1',
    'TIER_SWITCHES[0].TIER_SWITCH 06:30 tier 1',
  ]);
});

test('units of measure are one line each, and a nameplate has numbers', () => {
  const context = withTables(BASE, sources(false));
  expect(describeTable(12, context[12] ?? {}, context)).toEqual([
    { name: 'UOM_ENTRY[0]', value: '10^-3 Wh, dial reading, quadrants 1 4' },
    { name: 'UOM_ENTRY[1]', value: '10^-2 V, instantaneous' },
  ]);
  const nameplate = {
    E_KH: '7.2',
    E_KT: '7.2',
    E_INPUT_SCALAR: 1,
    E_ED_CONFIG: '2S',
    E_ELEMENTS: {},
    E_VOLTS: {},
    E_ED_CLASS_MAX_AMPS: '200',
    E_TA: '30',
  };
  expect(row(2, nameplate, BASE, 'E_KH')).toEqual({
    name: 'E_KH',
    value: '7.2',
    number: 7.2,
    unit: 'Wh per pulse',
  });
  // Digits of an identifier are no quantity.
  expect(row(5, { IDENTIFICATION: '038018022' }, BASE, 'IDENTIFICATION')).not.toHaveProperty(
    'number',
  );
});

test('what units need is said', () => {
  expect(tablesNeededForUnits(23)).toEqual([22, 11, 12, 16, 15]);
  expect(tablesNeededForUnits(26)).toEqual([22, 11, 12, 16, 15]);
  expect(tablesNeededForUnits(28)).toEqual([27, 11, 12, 16, 15]);
  expect(tablesNeededForUnits(64)).toEqual([63, 11, 12, 16, 15]);
  expect(tablesNeededForUnits(52)).toEqual([]);
});
