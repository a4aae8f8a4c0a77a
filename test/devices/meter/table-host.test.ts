import { describe, expect, test } from 'vitest';
import { TABLES_USED } from '../../../devices/meter/face/tables/index.ts';
import { createMeterHost } from '../../../devices/meter/face/table-host.ts';
import { decodeImageStatus } from '../../../devices/protocol/c12-19/project/download.ts';
import { ANSI } from '../protocol/vectors.ts';
import { meterWithFace, PASSWORD, type TableValue } from './meter-face.ts';
import { OFF, ON, tableOf } from './story.ts';

/** Standard tables that a reader may ask the meter for. */
const WANTED = [
  [0, 8],
  [10, 16],
  [20, 28],
  [50, 56],
  [60, 64],
  [70, 76],
].flatMap(([from = 0, to = 0]) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
const STANDARD_NUMBERS = Array.from({ length: 256 }, (_, number) => number);

function setOf(value: TableValue, name: string): readonly number[] {
  return value[name] as readonly number[];
}

describe('the tables of a meter', () => {
  test('are those that a reader of the standard may want', () => {
    expect(setOf(meterWithFace().read(0), 'STD_TBLS_USED')).toEqual(WANTED);
  });

  test.each(TABLES_USED.filter((table) => table !== 7 && table !== 8))(
    'ST%i is served with the password, and the codec reads it back',
    (table) => {
      const { host, read } = meterWithFace();
      expect(host.access(table, 'read', true)).toBe('ok');
      expect(Object.keys(read(table)).length).toBeGreaterThan(0);
    },
  );

  test('that ST0 does not list answer iar to everybody', () => {
    const { host, read } = meterWithFace();
    const listed = new Set(setOf(read(0), 'STD_TBLS_USED'));
    const absent = STANDARD_NUMBERS.filter((table) => !listed.has(table));
    for (const secured of [false, true]) {
      const answers = absent.map((table) => host.access(table, 'read', secured));
      expect(new Set(answers)).toEqual(new Set(['iar']));
    }
  });

  test('can be written where ST0 says so, and nowhere else', () => {
    const { host, read } = meterWithFace();
    const writable = [
      ...STANDARD_NUMBERS,
      ...STANDARD_NUMBERS.map((number) => 0x0800 + number),
    ].filter((table) => host.access(table, 'write', true) === 'ok');
    const configuration = read(0);
    expect(writable).toEqual([
      ...setOf(configuration, 'STD_TBLS_WRITE'),
      ...setOf(configuration, 'MFG_TBLS_WRITE').map((number) => 0x0800 + number),
    ]);
  });

  test('of the maker are the two of the download profile', () => {
    const { host, read, bytes, context } = meterWithFace();
    expect(setOf(read(0), 'MFG_TBLS_USED')).toEqual([40, 41]);
    expect(host.access(0x0800 + 40, 'read', true)).toBe('iar');
    expect(host.access(0x0800 + 41, 'read', true)).toBe('ok');
    expect(decodeImageStatus(bytes(0x0800 + 41), context(8)).state).toBe('idle');
  });

  test('need the columns of registers', () => {
    const meters = tableOf({ withLoadProfile: false });
    const options = { meters, row: 0, serial: '1', password: PASSWORD };
    expect(() =>
      createMeterHost({ ...options, sha256: (bytes) => bytes, give: () => undefined }),
    ).toThrow(RangeError);
  });
});

describe('access without a password', () => {
  /** What the recorded meter lacks and this one has, behind the password. */
  const MORE_THAN_RECORDED = [4, 10, 20, 24, 50, 55, 56, 60, 70, 73, 74];
  const { readable, isc03, dlk08 } = ANSI.i210c_access_map;

  test.each(readable.filter((table) => TABLES_USED.includes(table)))(
    'ST%i is open, as recorded',
    (table) => expect(meterWithFace().host.access(table, 'read', false)).toBe('ok'),
  );

  test.each([...isc03.filter((table) => TABLES_USED.includes(table)), ...MORE_THAN_RECORDED])(
    'ST%i wants the password',
    (table) => expect(meterWithFace().host.access(table, 'read', false)).toBe('isc'),
  );

  test.each(dlk08)('ST%i is locked until the password was given', (table) => {
    const { host } = meterWithFace();
    expect(host.access(table, 'read', false)).toBe('dlk');
    expect(host.access(table, 'read', true)).toBe('ok');
  });

  test('there is no table beside these', () => {
    const known = [...readable, ...isc03, ...dlk08, ...MORE_THAN_RECORDED, 7];
    expect(TABLES_USED.filter((table) => !known.includes(table))).toEqual([]);
  });

  test('ST7 cannot be read, and wants the password to be written', () => {
    const { host } = meterWithFace();
    expect(host.access(7, 'read', true)).toBe('iar');
    expect(host.access(7, 'write', false)).toBe('isc');
    expect(host.access(7, 'write', true)).toBe('ok');
  });
});

describe('the host', () => {
  test('has no answer of a procedure before one was started', () => {
    const { host, now } = meterWithFace();
    expect(host.readTable(8, now.ns)).toBe('dnr');
  });

  test('knows its password and no other', () => {
    const { host, now } = meterWithFace();
    expect(host.security(PASSWORD, now.ns)).toBe(true);
    expect(host.security(new Uint8Array(20), now.ns)).toBe(false);
  });

  test('finds elements by index: the fourth unit of ST6 is the electric address', () => {
    const { host, now } = meterWithFace();
    expect(host.locate?.(6, [3], 1, now.ns)).toEqual({ offset: 60, count: 20 });
    expect(host.locate?.(6, [99], 1, now.ns)).toBe('onp');
    expect(host.locate?.(0x1006, [3], 1, now.ns)).not.toMatchObject({ offset: 60 });
  });
});

function flags(value: TableValue): readonly string[] {
  return Object.entries(value['ED_STD_STATUS1'] as TableValue)
    .filter(([, raised]) => raised === true)
    .map(([flag]) => flag);
}

describe('what ST3 flags', () => {
  test('is nothing on a meter that nothing happened to', () => {
    expect(flags(meterWithFace().read(3))).toEqual([]);
  });

  test('is an outage, until it is cleared', () => {
    const meter = meterWithFace([
      [100, OFF],
      [110, ON],
    ]);
    expect(flags(meter.read(3))).toEqual(['POWER_FAILURE_FLAG']);
    expect(meter.start('clear-standard-status-flags')).toBe(0);
    expect(flags(meter.read(3))).toEqual([]);
  });

  test('is a self check that failed', () => {
    const meter = meterWithFace([], { rules: { selfTestPassed: () => false } });
    const { resultCode, response } = meter.startBytes('execute-diagnostics', new Uint8Array());
    expect([resultCode, ...response]).toEqual([0, 1]);
    expect(flags(meter.read(3))).toEqual(['SELF_CHK_ERROR_FLAG']);
  });
});
