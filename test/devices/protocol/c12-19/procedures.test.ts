import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  decodeProcedureParameters,
  decodeProcedureResponseData,
  encodeProcedureParameters,
  encodeProcedureResponseData,
} from '../../../../devices/protocol/c12-19/procedure-data.ts';
import {
  decodeProcedureResponse,
  encodeProcedure,
  PROCEDURE_SELECTORS,
  procedureNamed,
  PROCEDURES,
  procedureText,
} from '../../../../devices/protocol/c12-19/procedures.ts';
import type {
  ProcedureName,
  ProcedureSelector,
} from '../../../../devices/protocol/c12-19/procedures.ts';
import { decodeTable } from '../../../../devices/protocol/c12-19/tables.ts';
import { unlessRefused } from '../vectors.ts';
import { CONTEXTS } from './contexts.ts';

const NAMES = Object.keys(PROCEDURES) as ProcedureName[];
const AT = Date.UTC(2026, 4, 1, 12, 15, 9);

function contextNamed(start: string) {
  const found = CONTEXTS.find(({ name }) => name.startsWith(start));
  if (found === undefined) throw new Error(`no context '${start}'`);
  return found.context;
}
const RECORDED = contextNamed('a recorded');

test('the standard procedures 0 to 32 have names', () => {
  const numbers = NAMES.map((name) => PROCEDURES[name]).toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 33 }, (_, number) => number));
  expect(procedureNamed(9)).toBe('remote-reset');
  expect(procedureText(40, false)).toBe('procedure 40 reserved');
  expect(procedureText(16, true)).toBe('manufacturer procedure 16');
});

describe('parameters', () => {
  test.each([
    ['cold-start', {}, ''],
    ['change-end-device-mode', { ED_MODE: { TEST_MODE_FLAG: true } }, '02'],
    ['remote-reset', { ACTION_FLAG: { DEMAND_RESET_FLAG: true } }, '01'],
    ['remote-reset', { ACTION_FLAG: { SEASON_CHANGE_FLAG: true, NEW_SEASON: 3 } }, '1c'],
    ['update-last-read-entry', { LIST: 1, ENTRIES_READ: 258 }, '010201'],
    ['start-secured-registers', { PARM: '0102' }, '0102'],
    ['initiate-immediate-call', {}, ''],
  ] as const)('of %s %j are %s', (name, value, hex) => {
    const bytes = encodeProcedureParameters(name, value, RECORDED);
    expect(toHex(bytes)).toBe(hex);
    expect(decodeProcedureParameters(name, bytes, RECORDED)).toMatchObject(value);
    const number = { number: PROCEDURES[name] };
    expect(decodeProcedureParameters(number, bytes, RECORDED)).toMatchObject(value);
  });

  // The recorded meter allows 8 bytes of parameters and 12 of answer, at TM_FORMAT 2.
  test.each([
    ['no clock', '0765', '', null],
    ['big-endian, BCD', '0726050112150965', '260501121509260501121509', AT],
    ['a recorded', '071a05010c0f0965', '1a05010c0f091a05010c0f09', AT],
    ['minutes', '079f13c4010965', '9f13c401099f13c40109', AT],
    ['seconds', '0769f4994d65', '69f4994d69f4994d', AT],
  ])('of set-date-and-time follow the clock: %s', (start, parameters, response, at) => {
    const context = contextNamed(start);
    const value = {
      SET_MASK: { SET_TIME_FLAG: true, SET_DATE_FLAG: true, SET_TIME_DATE_QUAL: true },
      DATE_TIME: AT,
      TIME_DATE_QUAL: { DAY_OF_WEEK: 5, TM_ZN_APPLIED_FLAG: true, DST_APPLIED_FLAG: true },
    };
    const bytes = encodeProcedureParameters('set-date-and-time', value, context);
    expect(toHex(bytes)).toBe(parameters);
    expect(decodeProcedureParameters('set-date-and-time', bytes, context)).toMatchObject({
      ...value,
      DATE_TIME: at,
    });
    const answer = { CLOCK_BEFORE: AT, CLOCK_AFTER: AT };
    const answered = encodeProcedureResponseData('set-date-and-time', answer, context);
    expect(toHex(answered)).toBe(response);
    expect(decodeProcedureResponseData('set-date-and-time', answered, context)).toEqual({
      CLOCK_BEFORE: at,
      CLOCK_AFTER: at,
    });
  });

  test('that do not belong to the procedure are refused with its name', () => {
    expect(() => decodeProcedureParameters('cold-start', Uint8Array.of(1), RECORDED)).toThrow(
      'cold-start, parameters: table: 1 bytes left over',
    );
    expect(() => encodeProcedureParameters('reset-list-pointers', {}, RECORDED)).toThrow(
      'reset-list-pointers, parameters: LIST: a number is missing',
    );
    expect(() => decodeProcedureParameters('remote-reset', Uint8Array.of(1), {})).toThrow(
      CodecError,
    );
  });

  test('do not repeat a password that they refuse', () => {
    const tooLong = { USER_ID: 1, PASSWORD: 'not to be repeated anywhere' };
    expect(() => encodeProcedureParameters('log-in', tooLong, RECORDED)).toThrow(
      /^log-in, parameters: PASSWORD: more than 20 characters$/,
    );
  });

  test('of a manufacturer stay bytes', () => {
    const procedure = { number: 9, manufacturer: true };
    expect(decodeProcedureParameters(procedure, fromHex('0102'), RECORDED)).toEqual({
      PARM: '0102',
    });
    expect(decodeProcedureResponseData(procedure, fromHex('03'), RECORDED)).toEqual({
      RESP_DATA: '03',
    });
  });
});

test.each(CONTEXTS)('$name: bytes are read and written back, or refused', ({ context }) => {
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), fc.uint8Array({ maxLength: 24 }), (name, bytes) => {
      // What is refused has nothing to be written back.
      const parameters = unlessRefused(() => decodeProcedureParameters(name, bytes, context));
      expect(
        parameters === undefined ? bytes : encodeProcedureParameters(name, parameters, context),
      ).toEqual(bytes);
      const response = unlessRefused(() => decodeProcedureResponseData(name, bytes, context));
      expect(
        response === undefined ? bytes : encodeProcedureResponseData(name, response, context),
      ).toEqual(bytes);
    }),
    { seed: 19, numRuns: 500 },
  );
});

describe('the selector', () => {
  const selectors = Object.keys(PROCEDURE_SELECTORS) as ProcedureSelector[];
  test.each(selectors)('%s stands in the upper four bits', (selector) => {
    const bytes = encodeProcedure('remote-reset', 4, Uint8Array.of(1), 'little-endian', selector);
    const expected = { TBL_PROC_NBR: 9, MFG_FLAG: false, SELECTOR: PROCEDURE_SELECTORS[selector] };
    expect(decodeTable(7, bytes, RECORDED)).toEqual({
      TABLE_IDB_BFLD: expected,
      SEQ_NBR: 4,
      PARM: '01',
    });
  });

  test('of a response is told, and does not make it another procedure', () => {
    const started = { procedure: 'remote-reset', sequence: 4 } as const;
    const response = decodeProcedureResponse(fromHex('09300401'), started, 'little-endian');
    expect(response).toEqual({ resultCode: 1, response: new Uint8Array(), selector: 3 });
  });
});
