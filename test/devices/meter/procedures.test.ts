import { describe, expect, test } from 'vitest';
import { PROCEDURES_USED } from '../../../devices/meter/face/procedures/index.ts';
import { RESTART_NS } from '../../../devices/meter/end-device.ts';
import {
  encodeProcedure,
  type Procedure,
  type ProcedureName,
  PROCEDURES,
} from '../../../devices/protocol/c12-19/procedures.ts';
import {
  ASKED_AT_SECONDS,
  loggedEvents,
  meterWithFace,
  type MeterWithFace,
  PASSWORD,
  type TableValue,
} from './meter-face.ts';
import { OFF, ON, START_UTC_MS, type Story } from './story.ts';

/** Power, an outage and a load: something to read, to flag and to lose. */
const LIVED: Story = [
  [2, { kind: 'set-clock', shownNs: 2e9 }],
  [10, { kind: 'load', milliWatts: 7_200_000, currentMilliAmps: 30_000 }],
  [100, OFF],
  [110, ON],
  [111, { kind: 'load', milliWatts: 7_200_000, currentMilliAmps: 30_000 }],
];
const EVENTS_OF_LIFE = [2, 3, 4, 1, 2];

function modeOf({ read }: MeterWithFace): readonly string[] {
  return Object.entries(read(3)['ED_MODE'] as TableValue)
    .filter(([, flag]) => flag === true)
    .map(([name]) => name);
}
function statusOf({ read }: MeterWithFace): readonly string[] {
  return Object.entries(read(3)['ED_STD_STATUS1'] as TableValue)
    .filter(([, flag]) => flag === true)
    .map(([name]) => name);
}
function wattHoursOf({ read }: MeterWithFace): number {
  const block = read(23)['TOT_DATA_BLOCK'] as { readonly SUMMATIONS: readonly number[] };
  return block.SUMMATIONS[0] ?? Number.NaN;
}
function profileOf({ read }: MeterWithFace): TableValue {
  return read(63)['LP_STATUS_SET1'] as TableValue;
}
function selfRead({ start }: MeterWithFace): void {
  expect(start('remote-reset', { ACTION_FLAG: { SELF_READ_FLAG: true } })).toBe(0);
}

describe('the procedures of ST0', () => {
  test('are the standard ones up to the load profile, and those of the download', () => {
    expect(PROCEDURES_USED.standard).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
    ]);
    expect(meterWithFace().read(0)).toMatchObject({
      STD_PROC_USED: PROCEDURES_USED.standard,
      MFG_PROC_USED: PROCEDURES_USED.manufacturer,
    });
  });

  const absent = Object.values(PROCEDURES)
    .filter((number) => !PROCEDURES_USED.standard.some((used) => used === number))
    .map((number): Procedure => ({ number }));
  test.each([...absent, { number: 2047 }, { number: 0, manufacturer: true }])(
    'do not have %o: unknown',
    (procedure) =>
      expect(meterWithFace().startBytes(procedure, new Uint8Array()).resultCode).toBe(6),
  );
});

describe('parameters that are none', () => {
  const bad: readonly (readonly [string, ProcedureName, readonly number[]])[] = [
    ['a cold start with a parameter', 'cold-start', [1]],
    ['no list', 'reset-list-pointers', []],
    ['list 0', 'reset-list-pointers', [0]],
    ['a set that there is not', 'reset-list-pointers', [4]],
    ['all lists at once', 'update-last-read-entry', [255, 1, 0]],
    ['more entries than are unread', 'update-last-read-entry', [7, 200, 0]],
    ['no mode', 'change-end-device-mode', [0]],
    ['two modes', 'change-end-device-mode', [3]],
    ['a mode without a name', 'change-end-device-mode', [16]],
    ['nothing to reset', 'remote-reset', [0]],
    ['a season that there is not', 'remote-reset', [0b0010_0100]],
    ['a month 13', 'set-date-and-time', [7, 26, 13, 6, 12, 34, 56, 2]],
    ['a minute 60', 'set-date-and-time', [7, 26, 1, 6, 12, 60, 56, 2]],
    ['seven bytes', 'set-date-and-time', [7, 26, 1, 6, 12, 34, 56]],
    ['no date at all', 'set-date-and-time', [7, 0, 0, 0, 0, 0, 0, 2]],
    ['an event that is no time', 'activate-specific-pending-tables', [2, 0, 0, 0, 0, 0]],
    ['an event that is cut', 'clear-specific-pending-tables', [0, 0]],
  ];
  test.each(bad)('%s: bad parameter, and nothing changes', (_what, procedure, parameters) => {
    const meter = meterWithFace(LIVED);
    const before = [3, 23, 25, 63, 74].map((table) => meter.read(table));
    const { resultCode } = meter.startBytes(procedure, Uint8Array.from(parameters));
    expect(resultCode).toBe(2);
    // Ten seconds have passed: only the energy has grown.
    const [status, , ...others] = [3, 23, 25, 63, 74].map((table) => meter.read(table));
    expect([status, ...others]).toEqual([before[0], ...before.slice(2)]);
  });
});

describe('procedure 10, set date and time', () => {
  const NEW_CLOCK = Uint8Array.of(7, 26, 1, 6, 12, 34, 56, 2);

  test('sets the clock at once, answers with both times and logs them', () => {
    const meter = meterWithFace(LIVED);
    const { resultCode, response } = meter.startBytes('set-date-and-time', NEW_CLOCK);
    expect(resultCode).toBe(0);
    expect([...response.subarray(0, 6)]).toEqual([26, 1, 5, 0, 10, 0]);
    expect([...response.subarray(6)]).toEqual([26, 1, 6, 12, 34, 56]);
    expect(meter.read(52)['CLOCK_CALENDAR']).toBe(Date.UTC(2026, 0, 6, 12, 35, 6));
    expect(loggedEvents(meter)).toEqual([...EVENTS_OF_LIFE, 3, 4]);
  });

  test('keeps the date when only the time is to be set, and the time when only the date is', () => {
    const time = meterWithFace(LIVED);
    time.startBytes('set-date-and-time', Uint8Array.of(1, 30, 12, 31, 3, 4, 5, 0));
    expect(time.read(52)['CLOCK_CALENDAR']).toBe(START_UTC_MS + ((3 * 60 + 4) * 60 + 15) * 1000);
    const date = meterWithFace(LIVED);
    date.startBytes('set-date-and-time', Uint8Array.of(2, 30, 12, 31, 3, 4, 5, 0));
    expect(date.read(52)['CLOCK_CALENDAR']).toBe(Date.UTC(2030, 11, 31, 0, 10, 10));
  });
});

function started(procedure: ProcedureName): Uint8Array {
  return encodeProcedure(procedure, 1, new Uint8Array(), 'little-endian');
}

describe('a start of the meter', () => {
  test.each(['cold-start', 'warm-start'] as const)(
    'by %s: busy for its time, then the session is over',
    (procedure) => {
      const { host, now, write, later } = meterWithFace(LIVED);
      expect(host.starts?.()).toBe(0);
      expect(write(7, started(procedure))).toBe('ok');
      later(RESTART_NS / 1e9 - 0.001);
      expect(host.logon(0, '', now.ns)).toBe('bsy');
      expect(host.security(PASSWORD, now.ns)).toBe(false);
      expect(host.readTable(0, now.ns)).toBe('bsy');
      expect(host.locate?.(6, [0], 1, now.ns)).toBe('bsy');
      expect(write(7, started('save-configuration'))).toBe('bsy');
      later(0.001);
      expect(host.starts?.()).toBe(1);
      expect(host.logon(0, '', now.ns)).toBe('ok');
      expect(host.readTable(0, now.ns)).toBeInstanceOf(Uint8Array);
    },
  );

  test('by procedure 1 loses nothing', () => {
    const meter = meterWithFace(LIVED);
    selfRead(meter);
    expect(meter.write(5, new Uint8Array(20).fill(0x41))).toBe('ok');
    const tables = [0, 1, 2, 4, 5, 6, 13, 24, 25, 26, 53, 63, 64, 74, 76];
    const before = tables.map((table) => meter.read(table));
    const energy = wattHoursOf(meter);
    expect(meter.start('warm-start')).toBe(0);
    expect(tables.map((table) => meter.read(table))).toEqual(before);
    // 7.2 kW for the ten seconds that it took.
    expect(wattHoursOf(meter) - energy).toBeCloseTo(20, -1);
    expect(meter.read(3)['ED_MFG_STATUS']).toBe('01');
    expect(meter.start('clear-manufacturer-status-flags')).toBe(0);
    expect(meter.read(3)['ED_MFG_STATUS']).toBe('00');
  });

  test('by procedure 0 loses data, log and configuration, and keeps the clock', () => {
    const meter = meterWithFace(LIVED);
    const factory = meter.read(5);
    selfRead(meter);
    meter.start('remote-reset', { ACTION_FLAG: { DEMAND_RESET_FLAG: true } });
    meter.start('change-end-device-mode', { ED_MODE: { METER_SHOP_MODE_FLAG: true } });
    expect(meter.write(5, new Uint8Array(20).fill(0x41))).toBe('ok');
    expect(meter.start('cold-start')).toBe(0);
    expect(meter.read(5)).toEqual(factory);
    expect(wattHoursOf(meter)).toBeLessThanOrEqual(20);
    expect(meter.read(23)).toMatchObject({ NBR_DEMAND_RESETS: 0 });
    expect(meter.read(25)['END_DATE_TIME']).toBeNull();
    expect(meter.read(26)['NBR_VALID_ENTRIES']).toBe(0);
    expect(profileOf(meter)).toMatchObject({ NBR_VALID_BLOCKS: 0 });
    expect(modeOf(meter)).toEqual(['METERING_FLAG']);
    expect(statusOf(meter)).toEqual(['UNPROGRAMMED_FLAG']);
    expect(loggedEvents(meter)).toEqual([16]);
    expect(meter.read(52)['CLOCK_CALENDAR']).toBe(START_UTC_MS + (ASKED_AT_SECONDS + 40) * 1000);
    // Clearing flags programs nothing; writing a table does.
    expect(meter.start('clear-standard-status-flags')).toBe(0);
    expect(statusOf(meter)).toEqual(['UNPROGRAMMED_FLAG']);
    expect(meter.write(5, new Uint8Array(20).fill(0x41))).toBe('ok');
    expect(statusOf(meter)).toEqual([]);
  });

  test('survives an outage: what is lost is lost, what is kept is kept', () => {
    const meter = meterWithFace(LIVED);
    expect(meter.write(5, new Uint8Array(20).fill(0x41))).toBe('ok');
    meter.give(OFF);
    meter.later(3_600);
    meter.give(ON);
    expect(meter.read(5)['IDENTIFICATION']).toBe('A'.repeat(20));
  });
});

describe('procedures about data and modes', () => {
  test('2 saves what is saved already', () => {
    const meter = meterWithFace();
    const before = meter.read(5);
    expect(meter.start('save-configuration')).toBe(0);
    expect(meter.read(5)).toEqual(before);
  });

  test('3 empties registers, self reads and load profile, and leaves the log as evidence', () => {
    const meter = meterWithFace(LIVED);
    selfRead(meter);
    expect(profileOf(meter)['NBR_VALID_BLOCKS']).toBe(2);
    expect(meter.start('clear-data')).toBe(0);
    expect(wattHoursOf(meter)).toBeLessThanOrEqual(20);
    expect(meter.read(26)['NBR_VALID_ENTRIES']).toBe(0);
    expect(profileOf(meter)).toMatchObject({
      SET_STATUS_FLAGS: { ACTIVE_MODE_FLAG: true },
      NBR_VALID_BLOCKS: 0,
    });
    expect(loggedEvents(meter)).toEqual([...EVENTS_OF_LIFE, 21]);
    // The first interval of the new profile was not whole.
    meter.later(300);
    const [block] = meter.read(64)['LP_DATA_SETS1'] as readonly TableValue[];
    expect(block).toMatchObject({ LP_INT: [{ EXTENDED_INT_STATUS: [0x02] }] });
  });

  test.each([
    ['TEST_MODE_FLAG', [31, 32], [33, 30]],
    ['METER_SHOP_MODE_FLAG', [31, 34], [35, 30]],
  ] as const)('6 brings the meter to %s and back, with events', (flag, thither, back) => {
    const meter = meterWithFace();
    const born = loggedEvents(meter);
    expect(meter.start('change-end-device-mode', { ED_MODE: { [flag]: true } })).toBe(0);
    expect(modeOf(meter)).toEqual([flag]);
    expect(profileOf(meter)).toMatchObject({ SET_STATUS_FLAGS: { TEST_MODE: true } });
    expect(meter.start('change-end-device-mode', { ED_MODE: { METERING_FLAG: true } })).toBe(0);
    expect(modeOf(meter)).toEqual(['METERING_FLAG']);
    expect(loggedEvents(meter)).toEqual([...born, ...thither, ...back]);
  });

  test('6 opens the factory mode to nobody', () => {
    const meter = meterWithFace();
    expect(meter.start('change-end-device-mode', { ED_MODE: { FACTORY_FLAG: true } })).toBe(5);
    expect(modeOf(meter)).toEqual(['METERING_FLAG']);
  });

  test('6 marks the intervals that were not all in metering mode', () => {
    const meter = meterWithFace(LIVED);
    meter.start('change-end-device-mode', { ED_MODE: { TEST_MODE_FLAG: true } });
    meter.later(600);
    meter.start('change-end-device-mode', { ED_MODE: { METERING_FLAG: true } });
    meter.later(600);
    const blocks = meter.read(64)['LP_DATA_SETS1'] as readonly {
      readonly LP_INT: readonly { readonly EXTENDED_INT_STATUS: readonly number[] }[];
    }[];
    const codes = blocks.map(({ LP_INT: [interval] }) => interval?.EXTENDED_INT_STATUS[0]);
    expect(codes.slice(1, 6)).toEqual([0, 5, 5, 5, 0]);
  });

  test('11 finds all in order and says so', () => {
    const meter = meterWithFace();
    const { resultCode, response } = meter.startBytes('execute-diagnostics', new Uint8Array());
    expect([resultCode, ...response]).toEqual([0, 0]);
    expect(loggedEvents(meter)).not.toContain(38);
  });

  test('11 logs a failure', () => {
    const meter = meterWithFace([], { rules: { selfTestPassed: () => false } });
    expect(meter.start('execute-diagnostics')).toBe(0);
    expect(loggedEvents(meter)).toContain(38);
  });

  test('17 ends the load profile and 16 begins it again; neither twice', () => {
    const meter = meterWithFace(LIVED);
    expect(meter.start('start-load-profile')).toBe(3);
    meter.later(60);
    expect(meter.start('stop-load-profile')).toBe(0);
    expect(profileOf(meter)).toMatchObject({ SET_STATUS_FLAGS: { ACTIVE_MODE_FLAG: false } });
    expect(profileOf(meter)['NBR_VALID_BLOCKS']).toBe(3);
    meter.later(3_600);
    meter.give(OFF);
    meter.give(ON);
    meter.give({ kind: 'set-clock', shownNs: 7_200e9 });
    expect(profileOf(meter)['NBR_VALID_BLOCKS']).toBe(3);
    expect(meter.start('stop-load-profile')).toBe(3);
    expect(meter.start('start-load-profile')).toBe(0);
    meter.later(300);
    expect(profileOf(meter)).toMatchObject({
      SET_STATUS_FLAGS: { ACTIVE_MODE_FLAG: true },
      NBR_VALID_BLOCKS: 4,
    });
    const blocks = meter.read(64)['LP_DATA_SETS1'] as readonly TableValue[];
    expect(blocks[2]).toMatchObject({ LP_INT: [{ EXTENDED_INT_STATUS: [0x07] }] });
    expect(blocks[3]).toMatchObject({ LP_INT: [{ EXTENDED_INT_STATUS: [0x02] }] });
  });
});

/** List code, its table, what holds its pointers, entries in it after the story below. */
const LISTS_OF_METER: readonly (readonly [
  number,
  string,
  (meter: MeterWithFace) => TableValue,
  number,
])[] = [
  [1, 'event log', ({ read }) => read(76), 6],
  [2, 'self reads', ({ read }) => read(26), 1],
  [3, 'load profile', profileOf, 2],
  [7, 'history log', ({ read }) => read(74), 6],
];
const counts = (value: TableValue) => [
  value['NBR_VALID_ENTRIES'] ?? value['NBR_VALID_BLOCKS'],
  value['NBR_UNREAD_ENTRIES'] ?? value['NBR_UNREAD_BLOCKS'],
];
const lived = () => {
  const meter = meterWithFace(LIVED);
  selfRead(meter);
  return meter;
};

describe('the lists', () => {
  test.each(LISTS_OF_METER)(
    'procedure 5 acknowledges list %i, the %s, and no other',
    (code, _name, of, valid) => {
      const meter = lived();
      expect(counts(of(meter))).toEqual([valid, valid]);
      expect(meter.start('update-last-read-entry', { LIST: code, ENTRIES_READ: 1 })).toBe(0);
      expect(counts(of(meter))).toEqual([valid, valid - 1]);
      const others = LISTS_OF_METER.filter(([other]) => other !== code);
      for (const [, , ofOther, entries] of others) {
        expect(counts(ofOther(meter))).toEqual([entries, entries]);
      }
    },
  );

  test.each([
    [1, [1, 1], [1, 1], [2, 2], [16]],
    [7, [1, 1], [1, 1], [2, 2], [16]],
    [2, [7, 7], [0, 0], [2, 2], [...EVENTS_OF_LIFE, 21, 14]],
    [3, [7, 7], [1, 1], [0, 0], [...EVENTS_OF_LIFE, 21, 14]],
    [255, [2, 2], [0, 0], [0, 0], [16, 14]],
  ])('procedure 4 empties list %i', (code, log, selfReads, profile, events) => {
    const meter = lived();
    // What was acknowledged of a list goes with it.
    const emptied = LISTS_OF_METER.filter(([list]) => code === 255 || code === list);
    for (const [list] of emptied) {
      expect(meter.start('update-last-read-entry', { LIST: list, ENTRIES_READ: 1 })).toBe(0);
    }
    expect(meter.start('reset-list-pointers', { LIST: code })).toBe(0);
    expect(counts(meter.read(74))).toEqual(log);
    expect(counts(meter.read(76))).toEqual(log);
    expect(counts(meter.read(26))).toEqual(selfReads);
    expect(counts(profileOf(meter))).toEqual(profile);
    expect(loggedEvents(meter)).toEqual(events);
  });

  test('history log and event log are two views of one memory', () => {
    const { read } = lived();
    const codes = (table: number, field: string) =>
      (read(table)['ENTRIES'] as readonly TableValue[]).map((entry) => entry[field]);
    expect(codes(76, 'EVENT_CODE')).toEqual(codes(74, 'HISTORY_CODE'));
    expect(codes(76, 'EVENT_TIME')).toEqual(codes(74, 'HISTORY_TIME'));
  });
});

function resetWith(selector: 'on-exception' | 'never', parameters: readonly number[]): Uint8Array {
  return encodeProcedure('remote-reset', 9, Uint8Array.from(parameters), 'little-endian', selector);
}

describe('the selector of ST7', () => {
  test.each([
    ['on-exception', [1], 'dnr'],
    ['on-exception', [0], 2],
    ['never', [1], 'dnr'],
    ['never', [0], 'dnr'],
  ] as const)('%s with parameter %o answers %s', (selector, parameters, answer) => {
    const meter = meterWithFace();
    expect(meter.write(7, resetWith(selector, parameters))).toBe('ok');
    const found = meter.host.readTable(8, meter.now.ns);
    expect(typeof found === 'string' ? found : found[3]).toBe(answer);
    expect(meter.read(23)['NBR_DEMAND_RESETS']).toBe(parameters[0]);
  });

  test('and bytes that are no ST7 are an error', () => {
    const meter = meterWithFace();
    expect(meter.write(7, Uint8Array.of(9))).toBe('err');
    expect(meter.write(7, Uint8Array.of(9, 0, 1), 0)).toBe('onp');
  });
});

test('every event that ST72 lists is one that the meter can log', () => {
  const seen = new Set<number>();
  const note = (meter: MeterWithFace): void =>
    loggedEvents(meter).forEach((code) => seen.add(code));
  const meter = meterWithFace(LIVED, { rules: { selfTestPassed: () => false } });
  for (const flag of ['TEST_MODE_FLAG', 'METER_SHOP_MODE_FLAG', 'METERING_FLAG']) {
    meter.start('change-end-device-mode', { ED_MODE: { [flag]: true } });
  }
  const everything = { DEMAND_RESET_FLAG: true, SELF_READ_FLAG: true, SEASON_CHANGE_FLAG: true };
  meter.start('remote-reset', { ACTION_FLAG: everything });
  meter.start('execute-diagnostics');
  meter.write(5, new Uint8Array(20).fill(0x41));
  for (const procedure of ['activate', 'clear'] as const) {
    meter.write(0x1000 + 5, new Uint8Array(26));
    meter.start(`${procedure}-all-pending-tables`);
  }
  note(meter);
  meter.start('reset-list-pointers', { LIST: 255 });
  note(meter);
  const supported = meter.read(72)['STD_EVENTS_SUPPORTED'] as readonly number[];
  // The two of a download are seen in its own tests, a tilt (47) in those of conditions.
  expect(supported.filter((code) => !seen.has(code))).toEqual([11, 36, 47]);
  expect([...seen].filter((code) => !supported.includes(code))).toEqual([]);
});
