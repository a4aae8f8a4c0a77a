import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  dateTimeAt,
  decodeDateTime,
  encodeDateTime,
  GOOD_CLOCK,
  utcMsOf,
} from '../../../../devices/protocol/dlms/date-time.ts';
import { dateTime } from './arbitraries.ts';
import { DLMS } from './vectors.ts';

test('any date-time comes back as it was written', () => {
  fc.assert(
    fc.property(dateTime, (value) => {
      expect(decodeDateTime(encodeDateTime(value))).toEqual(value);
    }),
    { seed: 1, numRuns: 1_000 },
  );
});

test('an instant comes back from any zone, by either sign', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2100, 0) }),
      fc.integer({ min: -840, max: 840 }),
      fc.constantFrom('utc-less-local', 'local-less-utc'),
      (tens, deviation, sign) => {
        const utcMs = tens - (tens % 10);
        const sent = encodeDateTime(dateTimeAt(utcMs, deviation, GOOD_CLOCK, sign));
        expect(utcMsOf(decodeDateTime(sent), sign)).toBe(utcMs);
      },
    ),
    { seed: 2, numRuns: 1_000 },
  );
});

describe('the public examples', () => {
  const INSTANTS: Readonly<Record<string, string>> = {
    '07E40101FF00030000FF8800': '2019-12-31T22:03:00.000Z',
    '07E40106FF00030000FFC400': '2020-01-05T23:03:00.000Z',
    '07E2020CFF00000000800000': '2018-02-12T00:00:00.000Z',
    '07E10A010700000000FFC480': '2017-09-30T23:00:00.000Z',
  };

  test.each(DLMS.date_time)('$octets: $means', ({ octets }) => {
    const value = decodeDateTime(fromHex(octets));
    expect(new Date(utcMsOf(value) ?? Number.NaN).toISOString()).toBe(INSTANTS[octets]);
    expect(toHex(encodeDateTime(value)).toUpperCase()).toBe(octets);
  });

  test('have the fields that they are told to have', () => {
    const [winter, , unspecified, summer] = DLMS.date_time.map(({ octets }) =>
      decodeDateTime(fromHex(octets)),
    );
    expect(winter).toMatchObject({ weekday: null, deviationMinutes: -120, status: GOOD_CLOCK });
    expect(unspecified?.deviationMinutes).toBeNull();
    expect(summer).toMatchObject({ weekday: 7, status: { ...GOOD_CLOCK, daylightSaving: true } });
  });
});

test('a meter with the opposite sign is understood', () => {
  const sent = decodeDateTime(fromHex('07E40101FF00030000007800'));
  expect(new Date(utcMsOf(sent, 'local-less-utc') ?? 0).toISOString()).toBe(
    '2019-12-31T22:03:00.000Z',
  );
});

test('a deviation that is not specified is the one that the reader knows', () => {
  const sent = decodeDateTime(fromHex('07E2020CFF00000000800000'));
  expect(new Date(utcMsOf(sent, 'utc-less-local', -60) ?? 0).toISOString()).toBe(
    '2018-02-11T23:00:00.000Z',
  );
});

test('the weekday of a Sunday is 7', () => {
  expect(dateTimeAt(Date.UTC(2017, 9, 1), 0).weekday).toBe(7);
});

test.each([
  ['any year', 'FFFF0101FF00030000FF8800'],
  ['any month', '07E4FF01FF00030000FF8800'],
  ['the month in which daylight saving begins', '07E4FE01FF00030000FF8800'],
  ['the last day', '07E401FEFF00030000FF8800'],
  ['any hour', '07E40101FFFF030000FF8800'],
  ['any minute', '07E40101FF00FF0000FF8800'],
  ['a day that the month has not', '07E4021EFF00030000FF8800'],
])('%s names no instant', (_, hex) => {
  expect(utcMsOf(decodeDateTime(fromHex(hex)))).toBeNull();
});

test('seconds that are not specified are zero', () => {
  const utcMs = utcMsOf(decodeDateTime(fromHex('07E40101FF0003FFFF000000')));
  expect(utcMs).toBe(Date.UTC(2020, 0, 1, 0, 3));
});

test.each([
  ['a month', '07E40D01FF00030000FF8800'],
  ['a day', '07E40120FF00030000FF8800'],
  ['a weekday', '07E401010800030000FF8800'],
  ['an hour', '07E40101FF18030000FF8800'],
  ['a minute', '07E40101FF003C0000FF8800'],
  ['a second', '07E40101FF00033C00FF8800'],
  ['hundredths', '07E40101FF00030064FF8800'],
  ['a deviation', '07E40101FF000300007FFF00'],
])('%s outside its range is refused', (_, hex) => {
  expect(() => decodeDateTime(fromHex(hex))).toThrow(CodecError);
});

test.each(['', '07E40101FF00030000FF88', '07E40101FF00030000FF880000'])(
  '%j has not twelve octets',
  (hex) => {
    expect(() => decodeDateTime(fromHex(hex))).toThrow(CodecError);
  },
);
