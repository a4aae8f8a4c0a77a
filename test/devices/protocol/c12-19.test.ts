import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { EVENT_NAMES } from '../../../devices/protocol/c12-19/events.ts';
import {
  extendedStatusOf,
  intervalStatus,
} from '../../../devices/protocol/c12-19/load-profile-tables.ts';
import {
  decodeProcedureResponse,
  encodeProcedure,
} from '../../../devices/protocol/c12-19/procedures.ts';
import {
  decodeLoadProfileBlock,
  decodeTable,
  describeTable,
  encodeTable,
  hasLayout,
  TABLE_NAMES,
  tablesNeededFor,
} from '../../../devices/protocol/c12-19/tables.ts';
import type { TableContext } from '../../../devices/protocol/c12-19/tables.ts';
import { ANSI, frameNamed, tableHex, unlessRefused } from './vectors.ts';

const ST0 = decodeTable(0, fromHex(tableHex(0)), {});
const BASE: TableContext = { 0: ST0 };
const ST61 = decodeTable(61, fromHex(tableHex(61)), BASE);
const ST71 = decodeTable(71, fromHex(tableHex(71)), BASE);
const ST21 = {
  REG_FUNC1_FLAGS: { DEMAND_RESET_CTR_FLAG: true, DATE_TIME_FIELD_FLAG: true },
  REG_FUNC2_FLAGS: {},
  NBR_SELF_READS: 0,
  NBR_SUMMATIONS: 2,
  NBR_DEMANDS: 1,
  NBR_COIN_VALUES: 1,
  NBR_OCCUR: 1,
  NBR_TIERS: 0,
  NBR_PRESENT_DEMANDS: 5,
  NBR_PRESENT_VALUES: 5,
};
/** Everything that the vectors need; ST21 as the recorded ST27 implies it. */
const CONTEXT: TableContext = {
  ...BASE,
  21: decodeTable(21, encodeTable(21, ST21, BASE), BASE),
  61: ST61,
  62: decodeTable(62, fromHex(tableHex(62)), { ...BASE, 61: ST61 }),
  71: ST71,
};
/** The vector of ST64 is the first 37 bytes of a block: its head and two intervals. */
const TWO_INTERVALS: TableContext = {
  ...CONTEXT,
  61: { ...ST61, NBR_BLKS_SET1: 1, NBR_BLK_INTS_SET1: 2 },
};

test.each(ANSI.c1219_tables)('table vector ST$table is read and written back', ({ table, hex }) => {
  const context = table === 64 ? TWO_INTERVALS : CONTEXT;
  const value = decodeTable(table, fromHex(hex), context);
  expect(toHex(encodeTable(table, value, context))).toBe(hex);
  expect(JSON.parse(JSON.stringify(value))).toEqual(value);
});

describe('the recorded I-210+c', () => {
  test('ST0 tells its formats and tables', () => {
    const decoded = ANSI.c1219_tables[0]?.decoded ?? {};
    expect(ST0).toMatchObject({
      FORMAT_CONTROL_1: { DATA_ORDER: false, CHAR_FORMAT: 1 },
      FORMAT_CONTROL_2: { TM_FORMAT: 2, DATA_ACCESS_METHOD: 1, ID_FORM: false, INT_FORMAT: 0 },
      FORMAT_CONTROL_3: { NI_FORMAT1: 10, NI_FORMAT2: 8 },
      DEVICE_CLASS: 'GE',
      MAX_PROC_PARM_LENGTH: 8,
      STD_TBLS_USED: decoded['STD_TBLS_USED'],
      MFG_TBLS_USED: decoded['MFG_TBLS_USED'],
      STD_PROC_USED: decoded['STD_PROC_USED'],
      MFG_PROC_USED: decoded['MFG_PROC_USED'],
      STD_TBLS_WRITE: decoded['STD_TBLS_WRITE'],
      MFG_TBLS_WRITE: decoded['MFG_TBLS_WRITE'],
    });
  });

  test.each([
    [
      1,
      {
        MANUFACTURER: 'GE',
        ED_MODEL: 'I210+c',
        FW_VERSION_NUMBER: 2,
        MFG_SERIAL_NUMBER: '38018022',
      },
    ],
    [
      2,
      {
        E_KH: '1.0',
        E_ED_CLASS_MAX_AMPS: '200',
        E_TA: '30',
        E_ELEMENTS: { E_FREQUENCY: 3, E_NO_OF_ELEMENTS: 1, E_BASE_TYPE: 1 },
      },
    ],
    [
      3,
      {
        ED_MODE: { METERING_FLAG: true },
        ED_STD_STATUS1: { CLOCK_ERROR_FLAG: true, LOW_BATTERY_FLAG: false },
        ED_MFG_STATUS: '00',
      },
    ],
    [5, { IDENTIFICATION: '  038018022' }],
    [27, { PRESENT_DEMAND_SELECT: [40, 41, 255, 255, 255] }],
    [
      52,
      {
        CLOCK_CALENDAR: Date.UTC(2013, 0, 5, 1, 23, 15),
        TIME_DATE_QUAL: { DAY_OF_WEEK: 6, DST_FLAG: false, DST_APPLIED_FLAG: true },
      },
    ],
  ])('ST%i reads as known', (table, expected) => {
    expect(decodeTable(table, fromHex(tableHex(table)), CONTEXT)).toMatchObject(expected);
  });
});

describe('synthetic tables read by independent clients', () => {
  test('the history log holds a power failure and a clock correction', () => {
    const { ENTRIES } = decodeTable(74, fromHex(tableHex(74)), CONTEXT);
    expect(ENTRIES).toMatchObject([
      { HISTORY_TIME: Date.UTC(2026, 4, 1, 12, 0, 0), HISTORY_CODE: { EVENT_NUMBER: 1 } },
      { HISTORY_SEQ_NBR: 2, HISTORY_CODE: { EVENT_NUMBER: 2 } },
      { USER_ID: 2, HISTORY_CODE: { EVENT_NUMBER: 3 } },
      { HISTORY_TIME: Date.UTC(2026, 4, 2, 8, 0, 9), HISTORY_CODE: { EVENT_NUMBER: 4 } },
    ]);
  });

  test('a load profile block holds end readings and intervals', () => {
    const block = decodeLoadProfileBlock(1, fromHex(tableHex(64)), TWO_INTERVALS);
    expect(block).toEqual({
      BLK_END_TIME: Date.UTC(2026, 4, 2),
      END_READINGS: [{ BLK_END_READ: 1000 }, { BLK_END_READ: 10 }],
      LP_INT: [
        { EXTENDED_INT_STATUS: [0, 0], INT_DATA: [0, 7] },
        { EXTENDED_INT_STATUS: [0, 0], INT_DATA: [1, 7] },
      ],
    });
  });

  test('the block of the recorded limits has the size that n0mcli reads', () => {
    const interval = { EXTENDED_INT_STATUS: [0, 0], INT_DATA: [0, 0] };
    const block = {
      BLK_END_TIME: null,
      END_READINGS: [{ BLK_END_READ: 0 }, { BLK_END_READ: 0 }],
      LP_INT: Array.from({ length: 96 }, () => interval),
    };
    const four = { LP_DATA_SETS1: [block, block, block, block] };
    expect(encodeTable(64, four, CONTEXT)).toHaveLength(4 * 977);
  });
});

test('the two formats of ST71 differ by the version of the standard', () => {
  const value = { ...ST71 };
  const old: TableContext = { 0: { ...ST0, STD_VERSION_NO: 1 } };
  expect(encodeTable(71, value, BASE)).toHaveLength(12);
  expect(encodeTable(71, value, old)).toHaveLength(9);
});

test('byte order follows ST0, for numbers and for bit fields', () => {
  const big: TableContext = {
    0: { ...ST0, FORMAT_CONTROL_1: { DATA_ORDER: true, CHAR_FORMAT: 1, MODEL_SELECT: 0 } },
  };
  const flags = { ED_MODE: {}, ED_STD_STATUS1: { CLOCK_ERROR_FLAG: true }, ED_STD_STATUS2: 0 };
  const value = { ...flags, ED_MFG_STATUS: '00' };
  expect(toHex(encodeTable(3, value, BASE))).toBe('0040000000');
  expect(toHex(encodeTable(3, value, big))).toBe('0000400000');
});

test('registers become kWh and kW where sources, units and selection are known', () => {
  const sources = {
    SOURCES_LINK: [{}, { UOM_ENTRY_FLAG: true }, { UOM_ENTRY_FLAG: true }],
  };
  const limits = {
    SOURCE_FLAGS: {},
    NBR_UOM_ENTRIES: 2,
    NBR_DEMAND_CTRL_ENTRIES: 0,
    DATA_CTRL_LENGTH: 0,
    NBR_DATA_CTRL_ENTRIES: 0,
    NBR_CONSTANTS_ENTRIES: 0,
    CONSTANTS_SELECTOR: 2,
    NBR_SOURCES: 3,
  };
  const units = {
    // Wh as dial reading in 10^-3, and W as block average in 10^0.
    UOM_ENTRY: [
      { ID_CODE: 0, TIME_BASE: 0, MULTIPLIER: 6 },
      { ID_CODE: 0, TIME_BASE: 4, MULTIPLIER: 0 },
    ],
  };
  const selection = {
    SUMMATION_SELECT: [1, 0],
    DEMAND_SELECT: [2],
    MIN_OR_MAX_FLAGS: [],
    COINCIDENT_SELECT: [255],
    COIN_DEMAND_ASSOC: [0],
  };
  let context: TableContext = CONTEXT;
  for (const [table, value] of [
    [11, limits],
    [12, units],
    [16, sources],
    [22, selection],
  ] as const) {
    context = {
      ...context,
      [table]: decodeTable(table, encodeTable(table, value, context), context),
    };
  }
  const registers = {
    NBR_DEMAND_RESETS: 3,
    TOT_DATA_BLOCK: {
      SUMMATIONS: [12_345_678, 9],
      DEMANDS: [{ EVENT_TIME: [Date.UTC(2026, 4, 1, 12, 15)], DEMAND: [7250] }],
      COINCIDENTS: [{ COINCIDENT_VALUES: [4] }],
    },
    TIER_DATA_BLOCK: [],
  };
  const bytes = encodeTable(23, registers, context);
  // Counter, two INT48, STIME, INT32, INT32: NI_FORMAT1 is 10 and NI_FORMAT2 8.
  expect(toHex(bytes)).toBe('034e61bc0000000900000000001a05010c0f521c000004000000');
  const decoded = decodeTable(23, bytes, context);
  expect(decoded).toEqual(registers);
  const rows = describeTable(23, decoded, context);
  expect(rows).toContainEqual({
    name: 'TOT_DATA_BLOCK.SUMMATIONS[0]',
    value: '12.345678',
    number: 12.345678,
    unit: 'kWh',
  });
  expect(rows).toContainEqual({ name: 'TOT_DATA_BLOCK.SUMMATIONS[1]', value: '9', number: 9 });
  expect(rows).toContainEqual({
    name: 'TOT_DATA_BLOCK.DEMANDS[0].DEMAND[0]',
    value: '7.250',
    number: 7.25,
    unit: 'kW',
    at: '2026-05-01 12:15:00',
  });
  expect(rows).toContainEqual({
    name: 'TOT_DATA_BLOCK.DEMANDS[0].EVENT_TIME[0]',
    value: '2026-05-01 12:15:00',
  });
});

test('a description names flags that are up, instants and events', () => {
  expect(describeTable(3, decodeTable(3, fromHex(tableHex(3)), BASE), BASE)).toContainEqual({
    name: 'ED_STD_STATUS1',
    value: 'CLOCK_ERROR_FLAG',
  });
  expect(
    describeTable(74, decodeTable(74, fromHex(tableHex(74)), CONTEXT), CONTEXT),
  ).toContainEqual({
    name: 'ENTRIES[0].HISTORY_CODE',
    value: '1 primary power down',
  });
});

describe('times', () => {
  const at = Date.UTC(2026, 10, 21, 7, 8, 9);

  test.each([
    [0, null, ''],
    [1, at, '261121070809'],
    [2, at, '1a0b15070809'],
    [3, at, `${littleEndian(at / 60_000)}09`],
    [4, at, littleEndian(at / 1_000)],
  ])('come back in TM_FORMAT %i', (format, expected, hex) => {
    const context = withTime(format);
    const bytes = encodeTable(52, { CLOCK_CALENDAR: at, TIME_DATE_QUAL: {} }, context);
    expect(toHex(bytes)).toBe(`${hex}00`);
    expect(decodeTable(52, bytes, context)).toMatchObject({ CLOCK_CALENDAR: expected });
  });

  test('all zero is never, and a 30th of February is refused', () => {
    expect(decodeTable(52, fromHex('00000000000000'), BASE)).toMatchObject({
      CLOCK_CALENDAR: null,
    });
    expect(() => decodeTable(52, fromHex('1a021e00000000'), BASE)).toThrow(
      'ST52: CLOCK_CALENDAR: 2026-2-30-0-0-0 is no date',
    );
  });
});

test.each([
  [0, -1.5],
  [1, -1.5],
  [2, '   1234.5678'],
  [3, ' 12.34'],
  [4, -1.2345],
  [5, 123_456],
  [6, 1234],
  [7, -8_000_000],
  [8, -2_000_000_000],
  [9, -500_000_000_000],
  [10, -140_000_000_000_000],
  [11, '9007199254740993'],
  [12, 12_345_678],
  [13, '      123456789012345'],
])('a register number comes back in NI_FORMAT %i', (format, number) => {
  const context: TableContext = {
    ...CONTEXT,
    0: { ...ST0, FORMAT_CONTROL_3: { NI_FORMAT1: format, NI_FORMAT2: 8 } },
    21: {
      ...ST21,
      REG_FUNC1_FLAGS: { TIME_REMAINING_FLAG: false },
      NBR_PRESENT_DEMANDS: 0,
      NBR_PRESENT_VALUES: 1,
    },
  };
  const bytes = encodeTable(28, { PRESENT_DEMAND: [], PRESENT_VALUE: [number] }, context);
  expect(decodeTable(28, bytes, context)).toMatchObject({ PRESENT_VALUE: [number] });
});

test('a value that is missing, too long or out of place is refused with its path', () => {
  expect(() => encodeTable(5, {}, BASE)).toThrow('ST5: IDENTIFICATION: a text is missing');
  expect(() => encodeTable(5, { IDENTIFICATION: 'x'.repeat(21) }, BASE)).toThrow('20 characters');
  expect(() =>
    encodeTable(72, { STD_EVENTS_SUPPORTED: [80], MFG_EVENTS_SUPPORTED: [] }, CONTEXT),
  ).toThrow('STD_EVENTS_SUPPORTED: element 80 is not within 80');
  expect(() =>
    encodeTable(52, { CLOCK_CALENDAR: null, TIME_DATE_QUAL: { DST: true } }, BASE),
  ).toThrow('TIME_DATE_QUAL.DST: there is no such flag');
});

test('a table whose earlier tables are unknown says which', () => {
  expect(() => decodeTable(52, fromHex(tableHex(52)), {})).toThrow('ST0 has to be known');
  expect(() => decodeTable(74, fromHex(tableHex(74)), BASE)).toThrow('ST71');
  expect(tablesNeededFor(64)).toEqual([0, 61, 62]);
});

test('every table with a layout has a name', () => {
  const tables = Array.from({ length: 168 }, (_, table) => table).filter(hasLayout);
  expect(tables).toEqual(expect.arrayContaining([0, 1, 2, 3, 5, 6, 7, 8, 11, 12, 16, 21, 22, 23]));
  expect(tables.filter((table) => TABLE_NAMES[table] === undefined)).toEqual([]);
});

test('events 0 to 76 have names', () => {
  expect(EVENT_NAMES).toHaveLength(77);
  expect([EVENT_NAMES[3], EVENT_NAMES[42], EVENT_NAMES[76]]).toEqual([
    'time changed, old time',
    'clock error',
    'secured register read, with values',
  ]);
});

test('interval status comes back for any number of channels', () => {
  expect(intervalStatus([0x45, 0x24], 3)).toEqual({
    common: ['clock-forward'],
    channels: ['test', 'partial', 'skipped'],
  });
  expect(extendedStatusOf(intervalStatus([0x45, 0x24], 3))).toEqual([0x45, 0x24]);
  expect(() => intervalStatus([0x0f], 1)).toThrow('channel status 15');
});

describe('procedures', () => {
  const data = fromHex(
    frameNamed('write table 7: std procedure 9 (remote reset), seq 0x74, param 01 (demand reset)')
      .data,
  );
  test('start with the bytes that Termineter writes', () => {
    const bytes = encodeProcedure('remote-reset', 0x74, fromHex('01'), 'little-endian');
    expect(toHex(bytes)).toBe(toHex(data.slice(5, -1)));
  });
  test('of the manufacturer set bit 11', () => {
    const bytes = encodeProcedure(
      { number: 84, manufacturer: true },
      0,
      new Uint8Array(),
      'little-endian',
    );
    expect(toHex(bytes)).toBe('540800');
  });
  test('are only answered by the response to the same start', () => {
    const started = { procedure: 'remote-reset', sequence: 0x74 } as const;
    expect(decodeProcedureResponse(fromHex('09007400'), started, 'little-endian').resultCode).toBe(
      0,
    );
    expect(() => decodeProcedureResponse(fromHex('09007500'), started, 'little-endian')).toThrow(
      '116',
    );
    expect(() => decodeProcedureResponse(fromHex('0a007400'), started, 'little-endian')).toThrow(
      CodecError,
    );
  });
});

test('random and mutated table bytes are read or refused with a CodecError, never anything else', () => {
  const tables = Array.from({ length: 80 }, (_, table) => table).filter(hasLayout);
  fc.assert(
    fc.property(fc.constantFrom(...tables), fc.uint8Array({ maxLength: 300 }), (table, bytes) => {
      readAndWriteBack(table, bytes, TWO_INTERVALS);
    }),
    { seed: 4, numRuns: 3000 },
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...ANSI.c1219_tables),
      fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 3 }),
      ({ table, hex }, changes) => {
        const bytes = fromHex(hex);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        readAndWriteBack(table, bytes, table === 64 ? TWO_INTERVALS : CONTEXT);
      },
    ),
    { seed: 5, numRuns: 2000 },
  );
});

test('limits that promise absurd sizes are refused at once', () => {
  const absurd: TableContext = {
    ...CONTEXT,
    0: {
      ...ST0,
      FORMAT_CONTROL_2: { TM_FORMAT: 0, DATA_ACCESS_METHOD: 1, ID_FORM: false, INT_FORMAT: 0 },
    },
    61: {
      ...ST61,
      LP_FLAGS: {
        BLK_END_READ_FLAG: false,
        BLK_END_PULSE_FLAG: false,
        EXTENDED_INT_STATUS_FLAG: false,
        SIMPLE_INT_STATUS_FLAG: false,
      },
      NBR_BLKS_SET1: 65_535,
      NBR_BLK_INTS_SET1: 65_535,
      NBR_CHNS_SET1: 0,
    },
  };
  expect(() => decodeTable(64, new Uint8Array(), absurd)).toThrow('elements of no size');
});

function withTime(format: number): TableContext {
  return {
    0: {
      ...ST0,
      FORMAT_CONTROL_2: { TM_FORMAT: format, DATA_ACCESS_METHOD: 1, ID_FORM: false, INT_FORMAT: 0 },
    },
  };
}

function littleEndian(value: number): string {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, Math.floor(value), true);
  return toHex(bytes);
}

function readAndWriteBack(table: number, bytes: Uint8Array, context: TableContext): void {
  const value = unlessRefused(() => decodeTable(table, bytes, context));
  if (value === undefined) return;
  const written = toHex(encodeTable(table, value, context));
  if (written !== toHex(bytes)) throw new Error(`ST${table}: ${toHex(bytes)} became ${written}`);
  describeTable(table, value, context);
}
