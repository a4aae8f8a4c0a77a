import { describe, expect, test } from 'vitest';
import { createMeterHost } from '../../../devices/meter/face/optical.ts';
import { TABLES_USED } from '../../../devices/meter/face/fixed-tables.ts';
import { step } from '../../../devices/meter/step.ts';
import { decodeTable, tablesNeededFor } from '../../../devices/protocol/c12-19/tables.ts';
import { encodeProcedure } from '../../../devices/protocol/c12-19/procedures.ts';
import { ON, START_UTC_MS, tableOf, tell } from './story.ts';

const PASSWORD = new Uint8Array(20).fill(0x31);

/** A meter that was switched on 600 s ago, and its optical face. */
function meterWithFace() {
  const meters = tableOf();
  tell(meters, 0, [[1, ON]], 600);
  const now = { ns: 600e9 };
  const host = createMeterHost({
    meters,
    row: 0,
    serial: '60012345',
    password: PASSWORD,
    give: (input) => step(meters, 0, now.ns, input, { say: () => undefined }),
  });
  const context: Record<number, Readonly<Record<string, unknown>>> = {};
  const read = (table: number): Readonly<Record<string, unknown>> => {
    for (const earlier of tablesNeededFor(table)) context[earlier] ??= read(earlier);
    const bytes = host.readTable(table, now.ns);
    if (typeof bytes === 'string') throw new Error(`ST${table} answered ${bytes}`);
    return decodeTable(table, bytes, context);
  };
  const start = (procedure: number, parameters: readonly number[]): number => {
    const bytes = encodeProcedure(
      { number: procedure },
      7,
      Uint8Array.from(parameters),
      'little-endian',
    );
    expect(host.writeTable(7, null, bytes, now.ns)).toBe('ok');
    return Number(read(8).RESULT_CODE);
  };
  return { host, read, start };
}

/** 2026-01-06 12:34:56, all parts. */
const NEW_CLOCK = [0x07, 26, 1, 6, 12, 34, 56, 2] as const;

describe('the optical face of a meter', () => {
  test.each(TABLES_USED.filter((table) => table !== 7 && table !== 8))(
    'serves ST%i so that the codec reads it back',
    (table) => {
      expect(Object.keys(meterWithFace().read(table)).length).toBeGreaterThan(0);
    },
  );

  test('has no answer of a procedure before one was started', () => {
    const { host } = meterWithFace();
    expect(host.readTable(8, 600e9)).toBe('dnr');
  });

  test('knows its password and no other', () => {
    const { host } = meterWithFace();
    expect(host.security(PASSWORD, 600e9)).toBe(true);
    expect(host.security(new Uint8Array(20), 600e9)).toBe(false);
  });

  test('guards registers and logs, and takes no write but to ST7', () => {
    const { host } = meterWithFace();
    expect(host.access(52, 'read', false)).toBe('ok');
    expect(host.access(23, 'read', false)).toBe('isc');
    expect(host.access(23, 'read', true)).toBe('ok');
    expect(host.access(7, 'read', true)).toBe('iar');
    expect(host.access(7, 'write', false)).toBe('isc');
    expect(host.access(52, 'write', true)).toBe('iar');
  });
});

describe('procedure 10, set date and time', () => {
  test('sets the clock at once and logs the old and the new time', () => {
    const { read, start } = meterWithFace();
    expect(start(10, NEW_CLOCK)).toBe(0);
    expect(read(52).CLOCK_CALENDAR).toBe(Date.UTC(2026, 0, 6, 12, 34, 56));
    const log = read(74) as { readonly ENTRIES: readonly Readonly<Record<string, unknown>>[] };
    const codes = log.ENTRIES.slice(0, 3).map(
      ({ HISTORY_CODE: code }) => (code as { readonly EVENT_NUMBER: number }).EVENT_NUMBER,
    );
    expect(codes).toEqual([2, 3, 4]);
  });

  test('keeps the date when only the time is to be set', () => {
    const { read, start } = meterWithFace();
    expect(start(10, [0x01, 30, 12, 31, 3, 4, 5, 0])).toBe(0);
    expect(read(52).CLOCK_CALENDAR).toBe(START_UTC_MS + ((3 * 60 + 4) * 60 + 5) * 1000);
  });

  test.each([
    ['a month 13', [0x07, 26, 13, 6, 12, 34, 56, 2]],
    ['a minute 60', [0x07, 26, 1, 6, 12, 60, 56, 2]],
    ['seven bytes', NEW_CLOCK.slice(0, 7)],
  ])('refuses %s as a bad parameter and leaves the clock alone', (_what, parameters) => {
    const { read, start } = meterWithFace();
    const before = read(52).CLOCK_CALENDAR;
    expect(start(10, parameters)).toBe(2);
    expect(read(52).CLOCK_CALENDAR).toBe(before);
  });

  test('another procedure is answered as unknown', () => {
    expect(meterWithFace().start(9, [1])).toBe(6);
  });
});
