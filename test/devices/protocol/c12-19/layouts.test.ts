import { expect, test } from 'vitest';
import { toHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  decodeTable,
  encodeTable,
  tableLayout,
} from '../../../../devices/protocol/c12-19/tables.ts';
import type { TableContext } from '../../../../devices/protocol/c12-19/tables.ts';
import { CONTEXTS } from './contexts.ts';

/** Bytes by hand: a round trip alone would not see two fields that changed their places. */

function contextNamed(start: string): TableContext {
  const found = CONTEXTS.find(({ name }) => name.startsWith(start));
  if (found === undefined) throw new Error(`no context '${start}'`);
  return found.context;
}
/** Little-endian, six bytes a register number, all options. */
const ALL = contextNamed('a recorded');
/** Big-endian, no options; a register number has 12 characters. */
const NONE = contextNamed('seconds');

function hexOf(table: number, value: Readonly<Record<string, unknown>>, context: TableContext) {
  const bytes = encodeTable(table, value, context);
  expect(decodeTable(table, bytes, context)).toMatchObject(value);
  return toHex(bytes);
}

test.each([
  [10, 11],
  [20, 21],
  [50, 51],
  [60, 61],
  [70, 71],
])('ST%i has the layout of ST%i', (possible, actual) => {
  expect(tableLayout(possible)).toBe(tableLayout(actual));
});

test('ST13: exclusions, then intervals by sub-interval and multiplier, or by length', () => {
  const sliding = {
    RESET_EXCLUSION: 1,
    P_FAIL_RECOGNTN_TM: 2,
    P_FAIL_EXCLUSION: 3,
    COLD_LOAD_PICKUP: 4,
    INTERVAL_VALUE: [
      { SUB_INT: 5, INT_MULTIPLIER: 6 },
      { SUB_INT: 7, INT_MULTIPLIER: 8 },
    ],
  };
  expect(hexOf(13, sliding, ALL)).toBe('0102030405060708');
  const block = { INTERVAL_VALUE: [{ INT_LENGTH: 15 }, { INT_LENGTH: 258 }] };
  expect(hexOf(13, block, NONE)).toBe('000f0102');
});

test('ST14: entries of the length that ST11 gives', () => {
  const value = { SOURCES_ID: [{ SOURCE_ID: '010203' }, { SOURCE_ID: '040506' }] };
  expect(hexOf(14, value, ALL)).toBe('010203040506');
});

/** Ratios of one set of ST15. */
const ratios = (applied: boolean, current: number, voltage: number) => ({
  SET_FLAGS: { SET_APPLIED_FLAG: applied },
  RATIO_F1: current,
  RATIO_P1: voltage,
});

/** A small register number, little-endian in six bytes. */
const six = (number: number) => `${number.toString(16).padStart(2, '0')}0000000000`;

/** One entry of ST15 with numbers that count up, and its bytes. */
const constants = (first: number) => ({
  MULTIPLIER: first,
  OFFSET: first + 1,
  SET1_CONSTANTS: ratios(true, first + 2, first + 3),
  SET2_CONSTANTS: ratios(false, first + 4, first + 5),
});
const bytesOfConstants = (first: number) =>
  [six(first), six(first + 1), '01', six(first + 2), six(first + 3)].join('') +
  ['00', six(first + 4), six(first + 5)].join('');

test('ST15: multiplier, offset and two sets of flags and ratios', () => {
  const value = { SELECTION: [constants(1), constants(16)] };
  expect(hexOf(15, value, ALL)).toBe(bytesOfConstants(1) + bytesOfConstants(16));
});

test('ST55 and ST56: one tier, or one for sums and one for demands', () => {
  const separate = { CURR_SUMM_TIER: 3, CURR_DEMAND_TIER: 5, TIER_DRIVE: 2, SEASON: 4 };
  const clock = { CLOCK_CALENDAR: null, TIME_DATE_QUAL: { DST_SUPPORTED_FLAG: true } };
  // Tiers 3 and 5 << 3, drive 2 << 6, season 4 << 12.
  expect(hexOf(55, { ...clock, STATUS: separate }, ALL)).toBe('00000000000080ab40');
  expect(hexOf(55, { ...clock, STATUS: { CURR_TIER: 3, SEASON: 4 } }, NONE)).toBe('00000000804003');
  const remaining = { SUMM_TIER_TIME_REMAIN: 1, DEMAND_TIER_TIME_REMAIN: 2 };
  expect(hexOf(56, { ...remaining, SELF_READ_DAYS_REMAIN: 3 }, ALL)).toBe('0100020003');
  expect(hexOf(56, { TIER_TIME_REMAIN: 1, SELF_READ_DAYS_REMAIN: 3 }, NONE)).toBe('000103');
});

test.each([
  [1989, 'year 1989'],
  [2090, 'year 2090'],
])('the year %i does not fit into two digits', (year, message) => {
  const value = { CLOCK_CALENDAR: Date.UTC(year, 0, 1), TIME_DATE_QUAL: {} };
  expect(() => encodeTable(52, value, ALL)).toThrow(message);
});

test('years 90 to 99 are those of the last century', () => {
  const value = { CLOCK_CALENDAR: Date.UTC(1999, 11, 31), TIME_DATE_QUAL: {} };
  expect(hexOf(52, value, ALL)).toBe('630c1f00000000');
});
