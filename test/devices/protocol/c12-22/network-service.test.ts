import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../../../devices/protocol/c12-22/ap-title.ts';
import { openApdu } from '../../../../devices/protocol/c12-22/secure-apdu.ts';
import { decodeFeatures, encodeFeatures } from '../../../../devices/protocol/psem/feature.ts';
import {
  CONNECTION_TYPE_BITS,
  NODE_TYPE_BITS,
} from '../../../../devices/protocol/psem/network-service.ts';
import type {
  NetworkServiceName,
  Registration,
} from '../../../../devices/protocol/psem/network-service.ts';
import {
  decodeRequest,
  encodeRequest,
  UnknownService,
} from '../../../../devices/protocol/psem/request.ts';
import { decodeResponse, encodeResponse } from '../../../../devices/protocol/psem/response.ts';
import type { ServiceName } from '../../../../devices/protocol/psem/service.ts';
import { unlessRefused } from '../vectors.ts';
import { CLEAR_SERVICES } from './vectors.ts';

const ANSWERS: Readonly<Record<string, ServiceName | NetworkServiceName>> = {
  identify_resp: 'identify',
  register_resp: 'register',
  resolve_resp: 'resolve',
  trace_resp: 'trace',
  logon_resp: 'logon',
  error_resp_0a: 'read',
};

/** The one service of a clear vector. */
function serviceOf(name: string): Uint8Array {
  const vector = CLEAR_SERVICES.find((one) => one.name === name);
  const opened = openApdu(fromHex(vector?.apdu ?? ''), { cipher: () => undefined });
  if (opened.outcome !== 'clear') throw new Error(`${name} is ${opened.outcome}`);
  const [service, ...others] = opened.content.services;
  if (service === undefined || others.length > 0) throw new Error(`${name} has not one service`);
  expect(`${toHex(Uint8Array.of(service.length))}${toHex(service)}`).toBe(vector?.service);
  return service;
}

const NAMES = CLEAR_SERVICES.map(({ name }) => name);

test.each(NAMES.filter((name) => name.endsWith('_req')))('%s is read and written back', (name) => {
  const bytes = serviceOf(name);
  expect(toHex(encodeRequest(decodeRequest(bytes, 'c12-22')))).toBe(toHex(bytes));
});

test.each(Object.entries(ANSWERS))(
  '%s is read as an answer to %s and written back',
  (name, service) => {
    const bytes = serviceOf(name);
    expect(toHex(encodeResponse(decodeResponse(bytes, service)))).toBe(toHex(bytes));
  },
);

test('the read answer that was made with a dummy checksum is refused', () => {
  expect(() => decodeResponse(serviceOf('read_resp'), 'read')).toThrow('checksum over the data');
  expect(NAMES).toHaveLength(Object.keys(ANSWERS).length + 8 + 1);
});

describe('meaning', () => {
  test('of the registration', () => {
    const title = expect.objectContaining({}) as unknown;
    const request = decodeRequest(serviceOf('register_req'), 'c12-22');
    expect(request).toEqual({
      service: 'register',
      registration: {
        nodeType: 0xfd,
        connectionType: 0xef,
        deviceClass: fromHex('01828563'),
        title,
        serialNumber: title,
        nativeAddress: new TextEncoder().encode('fizzbuzz'),
        periodS: 0x010203,
        domainPattern: new TextEncoder().encode('beef'),
      },
    });
    if (request.service !== 'register') return;
    expect(request.registration.title.toString()).toBe('1.3.6.1.4.1.33507');
  });

  test('of its answer', () => {
    const response = decodeResponse(serviceOf('register_resp'), 'register');
    expect(response).toMatchObject({ registered: { delayS: 3600, periodS: 0, info: 0xef } });
  });

  test('of resolve and trace', () => {
    expect(decodeResponse(serviceOf('resolve_resp'), 'resolve')).toMatchObject({
      nativeAddress: new TextEncoder().encode('localaddress'),
    });
    const traced = decodeResponse(serviceOf('trace_resp'), 'trace');
    const titles = 'titles' in traced ? traced.titles.map((one) => one.toString()) : [];
    expect(titles).toEqual(['1.3.6.1.4.1.33507', '1.3.6.1.4.1.33507.1919.12345678.0']);
  });

  test('of the features in an Identify answer', () => {
    const response = decodeResponse(serviceOf('identify_resp'), 'identify');
    if (!('answers' in response) || response.answers !== 'identify') throw new Error('refused');
    const { standard, features } = response.identity;
    expect(standard).toBe(3);
    const decoded = decodeFeatures(features);
    expect(decoded.map(({ feature }) => feature)).toEqual([
      'security-mechanism',
      'session-control',
      'device-class',
      'device-identity',
    ]);
    expect(decoded[1]).toEqual({ feature: 'session-control', sessions: 8, sessionless: false });
    expect(decoded[3]).toMatchObject({ format: 1, identity: fromHex('000102030a040d050607') });
    expect(toHex(encodeFeatures(decoded))).toBe(toHex(features));
  });
});

test('features without a vector have the layout of the standard', () => {
  const hex = '01020302010203aabbcc0585';
  const features = decodeFeatures(fromHex(hex));
  expect(features).toEqual([
    { feature: 'authentication', type: 2, algorithm: 3 },
    { feature: 'authentication-ticket', type: 1, algorithm: 2, ticket: fromHex('aabbcc') },
    { feature: 'session-control', sessions: 5, sessionless: true },
  ]);
  expect(toHex(encodeFeatures(features))).toBe(hex);
  expect(() => decodeFeatures(fromHex('03'))).toThrow('feature: 03 at offset 0 is unknown');
  expect(() => decodeFeatures(fromHex('0700'))).toThrow('its format is missing');
  const tooMany = { feature: 'session-control', sessions: 128, sessionless: true } as const;
  expect(() => encodeFeatures([tooMany])).toThrow('7 bits');
});

test('deregister has an answer of one byte', () => {
  const request = { service: 'deregister', title: ApTitle.of('.123.4') } as const;
  expect(toHex(encodeRequest(request))).toBe('2480027b04');
  expect(toHex(encodeResponse({ answers: 'deregister' }))).toBe('00');
  expect(decodeResponse(fromHex('00'), 'deregister')).toEqual({ answers: 'deregister' });
});

test('a trace that ends on its way tells how far it came', () => {
  const refused = decodeResponse(fromHex('0e80027b04'), 'trace');
  expect(refused).toMatchObject({ refused: 'netr' });
  expect('titles' in refused && refused.titles.map((one) => one.toString())).toEqual(['.123.4']);
  expect(toHex(encodeResponse(refused))).toBe('0e80027b04');
  expect(decodeResponse(fromHex('0e'), 'trace')).toEqual({ refused: 'netr' });
  expect(() => decodeResponse(fromHex('0e80027b04'), 'resolve')).toThrow('left over');
});

test('a C12.18 device knows none of them', () => {
  for (const name of ['register_req', 'resolve_req', 'trace_req']) {
    expect(() => decodeRequest(serviceOf(name))).toThrow(UnknownService);
  }
});

describe('a registration', () => {
  const registration: Registration = {
    nodeType: NODE_TYPE_BITS.endDevice,
    connectionType:
      CONNECTION_TYPE_BITS.connectionless | CONNECTION_TYPE_BITS.acceptsConnectionless,
    deviceClass: fromHex('01020304'),
    title: ApTitle.of('.123.4'),
    serialNumber: ApTitle.of('.9'),
    nativeAddress: fromHex('7f000001'),
    periodS: 86_400,
  };

  test('without a pattern ends with its period', () => {
    const bytes = encodeRequest({ service: 'register', registration });
    expect(toHex(bytes)).toBe('2720300102030480027b04800109047f000001015180');
    expect(decodeRequest(bytes, 'c12-22')).toMatchObject({ registration: { periodS: 86_400 } });
  });

  test.each([
    [
      'a pattern that its type does not tell of',
      { domainPattern: fromHex('01') },
      'domain pattern',
    ],
    ['a type that tells of a pattern it has not', { nodeType: 0xa0 }, 'domain pattern'],
    ['a class of three bytes', { deviceClass: fromHex('010203') }, 'device class: 4 bytes'],
    [
      'an address that is too long',
      { nativeAddress: new Uint8Array(256) },
      'native address length',
    ],
    ['a period that is too long', { periodS: 2 ** 24 }, 'registration period'],
  ])('with %s is refused', (_, change, why) => {
    const wrong = { service: 'register', registration: { ...registration, ...change } } as const;
    expect(() => encodeRequest(wrong)).toThrow(CodecError);
    expect(() => encodeRequest(wrong)).toThrow(why);
  });
});

test('what is read as a network service is written back to the same bytes', () => {
  const code = fc.constantFrom(0x24, 0x25, 0x26, 0x27);
  const tail = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.nat({ max: 34 }).map((cut) => serviceOf('register_req').subarray(1, 1 + cut)),
    fc
      .array(fc.constantFrom('.1', '.123.4', '1.3.6'))
      .map((texts) => Buffer.concat(texts.map((text) => ApTitle.of(text).uid))),
  );
  fc.assert(
    fc.property(code, tail, (service, bytes) => {
      const request = Uint8Array.of(service, ...bytes);
      const decoded = unlessRefused(() => decodeRequest(request, 'c12-22'));
      const isSame = decoded === undefined || toHex(encodeRequest(decoded)) === toHex(request);
      expect(isSame).toBe(true);
      for (const name of ['register', 'deregister', 'resolve', 'trace'] as const) {
        const response = Uint8Array.of(0, ...bytes);
        const answer = unlessRefused(() => decodeResponse(response, name));
        const comesBack = answer === undefined || toHex(encodeResponse(answer)) === toHex(response);
        expect(comesBack).toBe(true);
      }
      unlessRefused(() => decodeFeatures(bytes));
    }),
    { seed: 11, numRuns: 3000 },
  );
});
