import { describe, expect, test } from 'vitest';
import { CONFIGURATION_TABLES } from '../../../devices/meter/configuration-columns.ts';
import {
  activationAt,
  encodePendingWrite,
  pendingTableId,
} from '../../../devices/protocol/c12-19/project/pending-tables.ts';
import { encodeTable } from '../../../devices/protocol/c12-19/tables.ts';
import { answerRead, answerWrite } from '../../../devices/protocol/psem/table-services.ts';
import type { WritePart } from '../../../devices/protocol/psem/service.ts';
import {
  ASKED_AT_SECONDS,
  loggedEvents,
  meterWithFace,
  type MeterWithFace,
  type TableValue,
} from './meter-face.ts';
import { OFF, ON, START_UTC_MS, type Story } from './story.ts';

const TRUE_CLOCK: Story = [[2, { kind: 'set-clock', shownNs: 2e9 }]];
/** A value of each table that differs from the factory's. */
const OTHERS: Readonly<Record<number, TableValue>> = {
  5: { IDENTIFICATION: 'SHED 7' },
  6: {},
  13: { INTERVAL_VALUE: [{ INT_LENGTH: 30 }] },
  53: { DST_TIME_EFF: 7_200, DST_TIME_AMT: 60, TIME_ZONE_OFFSET: -300 },
};

function other(meter: MeterWithFace, table: number): TableValue {
  return { ...meter.read(table), ...(table === 6 ? { OWNER_NAME: 'UTILITY' } : OTHERS[table]) };
}
function encoded(meter: MeterWithFace, table: number, value: TableValue): Uint8Array {
  return encodeTable(table, value, meter.context(table));
}
/** A write as it comes from the line, with the password. */
function send(meter: MeterWithFace, table: number, part: WritePart, data: Uint8Array): string {
  const request = { service: 'write', table, part, data } as const;
  const answer = answerWrite(meter.host, request, true, meter.now.ns);
  return 'refused' in answer ? answer.refused : 'ok';
}
const WHOLE: WritePart = { by: 'whole' };
const text = (characters: string) => new TextEncoder().encode(characters);

describe('a table that is written', () => {
  test.each(CONFIGURATION_TABLES)('ST%i keeps what was written, and the log says so', (table) => {
    const meter = meterWithFace(TRUE_CLOCK);
    const value = other(meter, table);
    expect(value).not.toEqual(meter.read(table));
    expect(send(meter, table, WHOLE, encoded(meter, table, value))).toBe('ok');
    expect(meter.read(table)).toEqual(value);
    expect(loggedEvents(meter)).toEqual([2, 3, 4, 10]);
  });

  test('by offset is patched where it says', () => {
    const meter = meterWithFace();
    expect(send(meter, 6, { by: 'offset', offset: 60 }, text('12 MILL LANE'))).toBe('ok');
    expect(meter.read(6)).toMatchObject({ OWNER_NAME: '', ELEC_ADDR: '12 MILL LANE' });
  });

  test('by index is one element, and that one whole', () => {
    const meter = meterWithFace();
    const address = text('12 MILL LANE'.padEnd(20, '\0'));
    expect(send(meter, 6, { by: 'index', index: [3] }, address)).toBe('ok');
    expect(meter.read(6)).toMatchObject({ UTILITY_DIV: '', ELEC_ADDR: '12 MILL LANE' });
    expect(send(meter, 6, { by: 'index', index: [3] }, text('SHORT'))).toBe('onp');
    expect(send(meter, 6, { by: 'index', index: [40] }, address)).toBe('onp');
  });

  test('is read in parts by offset and by index', () => {
    const meter = meterWithFace();
    send(meter, 6, { by: 'offset', offset: 60 }, text('12 MILL LANE'));
    const address = text('12 MILL LANE'.padEnd(20, '\0'));
    for (const part of [
      { by: 'offset', offset: 60, count: 20 },
      { by: 'index', index: [3], elements: 1 },
    ] as const) {
      expect(answerRead(meter.host, 6, part, true, meter.now.ns)).toEqual({
        answers: 'read',
        data: address,
      });
    }
  });

  test.each([
    ['too short', 6, WHOLE, new Uint8Array(229), 'err'],
    ['too long', 5, WHOLE, new Uint8Array(21), 'err'],
    ['beyond its end', 5, { by: 'offset', offset: 18 }, new Uint8Array(3), 'onp'],
    ['a minute 60', 53, WHOLE, Uint8Array.of(2, 60, 0, 60, 0, 0), 'err'],
    ['a demand interval of 7 min', 13, WHOLE, Uint8Array.of(7, 0), 'onp'],
    ['a demand interval of 0 min', 13, WHOLE, Uint8Array.of(0, 0), 'onp'],
    ['in a table that is not written', 52, WHOLE, new Uint8Array(7), 'iar'],
    ['in a table that is absent', 200, WHOLE, new Uint8Array(7), 'iar'],
  ] as const)('%s is refused and changes nothing', (_what, table, part, data, code) => {
    const meter = meterWithFace();
    const before = CONFIGURATION_TABLES.map((one) => meter.read(one));
    expect(send(meter, table, part, data)).toBe(code);
    expect(CONFIGURATION_TABLES.map((one) => meter.read(one))).toEqual(before);
    expect(loggedEvents(meter)).not.toContain(10);
  });

  test('ST13 makes the next demand interval as long as it says', () => {
    const meter = meterWithFace(TRUE_CLOCK);
    const remaining = () => (meter.read(28)['PRESENT_DEMAND'] as readonly TableValue[])[0];
    expect(send(meter, 13, WHOLE, Uint8Array.of(30, 0))).toBe('ok');
    // The interval from 00:00 to 00:15 keeps its length.
    expect(remaining()).toMatchObject({ TIME_REMAINING: 300 });
    meter.later(300);
    expect(remaining()).toMatchObject({ TIME_REMAINING: 900 });
    meter.later(900);
    expect(remaining()).toMatchObject({ TIME_REMAINING: 1_800 });
  });
});

function hold(meter: MeterWithFace, table: number, atMs: number | null): string {
  const data = encoded(meter, table, other(meter, table));
  const event = activationAt(atMs, meter.context(4));
  const bytes = encodePendingWrite({ event, data }, meter.context(4));
  return send(meter, pendingTableId(table), WHOLE, bytes);
}
const event = (meter: MeterWithFace, atMs: number | null) => ({
  EVENT: activationAt(atMs, meter.context(4)),
});
const activated = (meter: MeterWithFace) =>
  CONFIGURATION_TABLES.filter((table) => {
    const value = table === 6 ? { OWNER_NAME: 'UTILITY' } : OTHERS[table];
    return Object.entries(value ?? {}).every(
      ([name, field]) => JSON.stringify(meter.read(table)[name]) === JSON.stringify(field),
    );
  });
const pending = (meter: MeterWithFace) => {
  const { NBR_PENDING_ACTIVATION: count, PENDING_TABLES: entries } = meter.read(4);
  return (entries as readonly TableValue[])
    .slice(0, Number(count))
    .map((entry) => (entry['TABLE_SELECTOR'] as TableValue)['TBL_NBR']);
};

describe('a pending table', () => {
  const ID = pendingTableId(5);
  const AT_SECONDS = ASKED_AT_SECONDS + 300;
  const AT_MS = START_UTC_MS + AT_SECONDS * 1000;

  test('waits, and ST4 says for what', () => {
    const meter = meterWithFace(TRUE_CLOCK);
    expect(meter.host.readTable(ID, meter.now.ns)).toBe('dnr');
    expect(hold(meter, 5, AT_MS)).toBe('ok');
    expect(activated(meter)).toEqual([]);
    expect(meter.read(4)).toMatchObject({
      STANDARD_PENDING: CONFIGURATION_TABLES,
      LAST_ACTIVATION_DATE_TIME: null,
      NBR_PENDING_ACTIVATION: 1,
    });
    const [entry] = meter.read(4)['PENDING_TABLES'] as readonly TableValue[];
    expect(entry).toMatchObject({
      ...event(meter, AT_MS),
      TABLE_SELECTOR: { TBL_NBR: 5, MFG_FLAG: false, PENDING_FLAG: true },
    });
    expect(meter.host.readTable(ID, meter.now.ns)).toBeInstanceOf(Uint8Array);
    expect(loggedEvents(meter)).toEqual([2, 3, 4]);
  });

  test('becomes active when the clock shows its time, and not before', () => {
    const meter = meterWithFace(TRUE_CLOCK);
    hold(meter, 5, AT_MS);
    meter.later(299.9);
    expect(activated(meter)).toEqual([]);
    meter.later(0.1);
    expect(activated(meter)).toEqual([5]);
    expect(pending(meter)).toEqual([]);
    expect(meter.read(4)['LAST_ACTIVATION_DATE_TIME']).toBe(AT_MS);
    expect(loggedEvents(meter)).toEqual([2, 3, 4, 28]);
  });

  test('follows a clock that is set', () => {
    const meter = meterWithFace(TRUE_CLOCK);
    hold(meter, 5, AT_MS);
    meter.give({ kind: 'set-clock', shownNs: 100e9 });
    meter.later(300);
    expect(activated(meter)).toEqual([]);
    meter.give({ kind: 'set-clock', shownNs: (AT_SECONDS + 1) * 1e9 });
    meter.later(0);
    expect(activated(meter)).toEqual([5]);
  });

  test('survives outage and warm start; without mains it waits for them', () => {
    const meter = meterWithFace(TRUE_CLOCK);
    hold(meter, 5, AT_MS);
    expect(meter.start('warm-start')).toBe(0);
    meter.give(OFF);
    meter.later(1_000);
    expect(activated(meter)).toEqual([]);
    meter.give(ON);
    meter.later(0);
    expect(activated(meter)).toEqual([5]);
  });

  test.each([
    ['activate-all-pending-tables', {}, [5, 13, 53], [], 28],
    ['clear-all-pending-tables', {}, [], [], 29],
    ['activate-specific-pending-tables', { atMs: null }, [13, 53], [5], 28],
    ['activate-specific-pending-tables', { atMs: AT_MS }, [5], [13, 53], 28],
    ['clear-specific-pending-tables', { atMs: null }, [], [5], 29],
    ['clear-specific-pending-tables', { atMs: AT_MS }, [], [13, 53], 29],
  ] as const)('%s %o', (procedure, { ...of }, active, left, code) => {
    const meter = meterWithFace(TRUE_CLOCK);
    hold(meter, 5, AT_MS);
    hold(meter, 13, null);
    hold(meter, 53, null);
    const parameters = 'atMs' in of ? event(meter, of.atMs) : {};
    expect(meter.start(procedure, parameters)).toBe(0);
    expect(activated(meter)).toEqual(active);
    expect(pending(meter)).toEqual(left);
    const changed = 3 - left.length;
    expect(loggedEvents(meter)).toEqual([2, 3, 4, ...Array.from({ length: changed }, () => code)]);
  });

  test('that nobody holds cannot be named by procedures 13 and 15', () => {
    const meter = meterWithFace(TRUE_CLOCK);
    hold(meter, 5, AT_MS);
    for (const procedure of [
      'activate-specific-pending-tables',
      'clear-specific-pending-tables',
    ] as const) {
      expect(meter.start(procedure, event(meter, null))).toBe(3);
    }
    expect(pending(meter)).toEqual([5]);
  });

  test('is patched by offset behind its event, once it is there', () => {
    const meter = meterWithFace(TRUE_CLOCK);
    const part: WritePart = { by: 'offset', offset: 6 };
    expect(send(meter, ID, part, text('BARN 9'))).toBe('dnr');
    hold(meter, 5, null);
    expect(send(meter, ID, part, text('BARN 9'))).toBe('ok');
    expect(meter.start('activate-all-pending-tables')).toBe(0);
    expect(meter.read(5)['IDENTIFICATION']).toBe('BARN 9');
  });

  test.each([
    ['a head that is cut', [0, 0, 0], 'err'],
    ['a table that is cut', Array.from({ length: 25 }, () => 0), 'err'],
    [
      'an instant that is none',
      [0, 26, 13, 1, 0, 0, ...Array.from({ length: 20 }, () => 0x41)],
      'err',
    ],
    ['an event of the maker', [2, ...Array.from({ length: 25 }, () => 0)], 'err'],
    ['a self read with it', [0x10, ...Array.from({ length: 25 }, () => 0)], 'onp'],
  ])('with %s is refused', (_what, bytes, code) => {
    const meter = meterWithFace(TRUE_CLOCK);
    expect(send(meter, ID, WHOLE, Uint8Array.from(bytes))).toBe(code);
    expect(pending(meter)).toEqual([]);
  });

  test('of the meter itself: there is none of a table that cannot be written', () => {
    const { host } = meterWithFace();
    expect(host.access(pendingTableId(52), 'write', true)).toBe('iar');
    expect(host.access(pendingTableId(5), 'write', false)).toBe('isc');
  });
});
