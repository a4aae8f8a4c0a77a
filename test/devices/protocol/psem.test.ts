import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { checkAccess, samePassword } from '../../../devices/protocol/psem/access.ts';
import { psemChecksum } from '../../../devices/protocol/psem/checksum.ts';
import {
  decodeRequest,
  encodeRequest,
  UnknownService,
} from '../../../devices/protocol/psem/request.ts';
import { decodeResponse, encodeResponse } from '../../../devices/protocol/psem/response.ts';
import {
  RESPONSE_CODES,
  RESPONSE_MEANINGS,
  responseCodeOf,
} from '../../../devices/protocol/psem/response-code.ts';
import type { ServiceName } from '../../../devices/protocol/psem/service.ts';
import { ANSI, unlessRefused } from './vectors.ts';

const REQUESTS = ANSI.c1218_frames.filter((frame) => frame.dir === 'client->meter');

test.each(ANSI.psem_checksum)('checksum of "$data" is $checksum', ({ data, checksum }) => {
  expect(psemChecksum(fromHex(data))).toBe(Number.parseInt(checksum, 16));
});

test.each(REQUESTS)('request vector "$name" is read and written back', ({ data }) => {
  expect(toHex(encodeRequest(decodeRequest(fromHex(data))))).toBe(data);
});

test('services without a vector have the layout of the standard', () => {
  expect(toHex(encodeRequest({ service: 'disconnect' }))).toBe('22');
  expect(
    toHex(
      encodeRequest({
        service: 'read',
        table: 7,
        part: { by: 'index', index: [1, 2], elements: 3 },
      }),
    ),
  ).toBe('320007000100020003');
  const defaultRead = { service: 'read', table: 0, part: { by: 'default' } } as const;
  expect(toHex(encodeRequest(defaultRead))).toBe('3e');
  expect(decodeRequest(fromHex('3e'))).toEqual(defaultRead);
  expect(
    toHex(
      encodeRequest({
        service: 'write',
        table: 0x840,
        part: { by: 'offset', offset: 0x010203 },
        data: fromHex('0a'),
      }),
    ),
  ).toBe('4f084001020300010af6');
  expect(
    toHex(
      encodeRequest({
        service: 'timing-setup',
        timing: { trafficS: 30, interCharacterS: 1, responseS: 4, retries: 3 },
      }),
    ),
  ).toBe('711e010403');
});

describe('a request that cannot be read', () => {
  test('has an unknown service', () => {
    for (const hex of ['00', '23', '3a0001', '3d0001', '4a', '4e0001', '6c', 'ff']) {
      expect(() => decodeRequest(fromHex(hex))).toThrow(UnknownService);
    }
  });
  test('has a wrong checksum over its data', () => {
    const hex = ANSI.c1218_negative.find(({ data }) => data !== undefined)?.data ?? '';
    expect(() => decodeRequest(fromHex(hex))).toThrow('checksum');
  });
  test('is cut, or has bytes left over', () => {
    expect(() => decodeRequest(fromHex('3000'))).toThrow('table: 2 bytes wanted, 1 left');
    expect(() => decodeRequest(fromHex('2000'))).toThrow('left over');
  });
});

test('C12.22 adds an idle time-out to Logon and a user to Security', () => {
  const logon = `500001${'20'.repeat(10)}003c`;
  expect(decodeRequest(fromHex(logon), 'c12-22')).toMatchObject({ idleTimeoutS: 60 });
  expect(() => decodeRequest(fromHex(logon))).toThrow('left over');
  const security = `51${'41'.repeat(20)}0007`;
  expect(decodeRequest(fromHex(security), 'c12-22')).toMatchObject({ userId: 7 });
});

test('every response code has a name, a meaning and comes back', () => {
  for (const [name, code] of Object.entries(RESPONSE_CODES)) {
    expect(responseCodeOf(code)).toBe(name);
    expect(Object.keys(RESPONSE_MEANINGS)).toContain(name);
  }
  expect(responseCodeOf(0x20)).toBeUndefined();
});

test('a request code is no response', () => {
  expect(() => decodeResponse(fromHex('30'), 'read')).toThrow('0x30 is no response code');
});

test('the identity of a C12.18 meter and of one with features come back', () => {
  const plain = decodeResponse(fromHex('0000010000'), 'identify');
  expect(plain).toMatchObject({ identity: { standard: 0, version: 1, revision: 0 } });
  const withFeatures = fromHex('00030100050100');
  expect(toHex(encodeResponse(decodeResponse(withFeatures, 'identify')))).toBe(toHex(withFeatures));
});

test('a read response with a wrong checksum is refused', () => {
  expect(() => decodeResponse(fromHex('00000101fe'), 'read')).toThrow('checksum');
  expect(decodeResponse(fromHex('00000101ff'), 'read')).toMatchObject({ answers: 'read' });
});

test('random bytes are a request or response, or a CodecError', () => {
  const services: readonly ServiceName[] = ['identify', 'read', 'logon', 'negotiate', 'wait'];
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(...services),
      (bytes, service) => {
        unlessRefused(() => encodeRequest(decodeRequest(bytes)));
        unlessRefused(() => encodeResponse(decodeResponse(bytes, service)));
      },
    ),
    { seed: 2, numRuns: 2000 },
  );
});

test('what is read as a request is written back to the same bytes', () => {
  const service = fc.constantFrom(0x20, 0x30, 0x32, 0x3f, 0x40, 0x50, 0x51, 0x61, 0x70, 0x71);
  fc.assert(
    fc.property(service, fc.uint8Array({ maxLength: 24 }), (code, tail) => {
      const bytes = Uint8Array.of(code, ...tail);
      const request = unlessRefused(() => decodeRequest(bytes));
      if (request === undefined) return true;
      return toHex(encodeRequest(request)) === toHex(bytes);
    }),
    { seed: 3, numRuns: 2000 },
  );
});

test('passwords are compared without their padding', () => {
  const expected = new TextEncoder().encode('secret');
  expect(samePassword(expected, fromHex(`736563726574${'00'.repeat(14)}`))).toBe(true);
  expect(samePassword(expected, fromHex(`736563726574${'20'.repeat(14)}`))).toBe(true);
  expect(samePassword(expected, fromHex(`736563726575${'00'.repeat(14)}`))).toBe(false);
  expect(samePassword(expected, fromHex('00'.repeat(20)))).toBe(false);
});

test('access follows the map that a recorded I-210+c shows to a reader without password', () => {
  const map = ANSI.i210c_access_map;
  const rules = {
    open: new Set(map.readable),
    secured: new Set(map.isc03),
    locked: new Set(map.dlk08),
    writable: new Set([7]),
  };
  for (let table = 0; table <= 256; table++) {
    const expected = map.readable.includes(table)
      ? 'ok'
      : map.isc03.includes(table)
        ? 'isc'
        : map.dlk08.includes(table)
          ? 'dlk'
          : 'iar';
    expect([table, checkAccess(rules, table, 'read', false)]).toEqual([table, expected]);
  }
  expect(checkAccess(rules, 23, 'read', true)).toBe('ok');
  expect(checkAccess(rules, 7, 'read', true)).toBe('iar');
  expect(checkAccess(rules, 7, 'write', false)).toBe('isc');
  expect(checkAccess(rules, 7, 'write', true)).toBe('ok');
  expect(checkAccess(rules, 5, 'write', true)).toBe('iar');
});
