import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { testIdentity } from '../../../../devices/domain/identity.ts';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../../../devices/protocol/c12-22/ap-title.ts';
import { createEaxPrimeCipher } from '../../../../devices/protocol/c12-22/eax-prime.ts';
import type { EaxPrimeCipher } from '../../../../devices/protocol/c12-22/eax-prime.ts';
import { openApdu, sealApdu } from '../../../../devices/protocol/c12-22/secure-apdu.ts';
import { UPLINK_ADDRESSEE } from '../../../../devices/protocol/centron-gprs/messages.ts';
import type { Uplink, UplinkKind } from '../../../../devices/protocol/centron-gprs/messages.ts';
import { refuseAll } from '../../../../devices/protocol/centron-gprs/profile-services.ts';
import {
  decodeUplink,
  decodeUplinkAnswer,
  encodeUplink,
  encodeUplinkAnswer,
  uplinkQualifier,
  uplinkResponseControl,
} from '../../../../devices/protocol/centron-gprs/uplink.ts';
import { decodeRequest, encodeRequest } from '../../../../devices/protocol/psem/request.ts';
import { unlessRefused } from '../vectors.ts';
import { answeredUplink, uplink } from './arbitraries.ts';
import { refusalOf, servicesLike } from './services.ts';

const KINDS = Object.keys(UPLINK_ADDRESSEE) as UplinkKind[];
const LAST_GASP: Uplink = { kind: 'last-gasp', outageNumber: 7, lostAtMs: 1_784_046_600_250 };
const REGISTRATION: Uplink = {
  kind: 'registration',
  apTitle: '.1.60000001',
  registrationNumber: 3,
  identity: testIdentity(0),
};
const CLOCK_REQUEST: Uplink = { kind: 'clock-reference-request', sequenceNumber: 5 };

function cipherOf(key: string): EaxPrimeCipher {
  return createEaxPrimeCipher(fromHex(key));
}

function clockAnswer(belowMsNs: number): Uint8Array[] {
  const answer = { outcome: 'clock-reference', utcMs: 0, belowMsNs } as const;
  return encodeUplinkAnswer('clock-reference-request', answer);
}

test('what a module says comes back as it was said', () => {
  const seen = new Set<UplinkKind>();
  fc.assert(
    fc.property(uplink, (said) => {
      seen.add(said.kind);
      expect(decodeUplink(encodeUplink(said))).toEqual(said);
    }),
    { seed: 1, numRuns: 2000 },
  );
  expect([...seen].sort()).toEqual([...KINDS].sort());
});

test('what a module is answered comes back as it was answered', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(answeredUplink, ([kind, answer]) => {
      seen.add(`${kind} ${answer.outcome === 'refused'}`);
      expect(decodeUplinkAnswer(kind, encodeUplinkAnswer(kind, answer))).toEqual(answer);
    }),
    { seed: 2, numRuns: 2000 },
  );
  expect(seen.size).toBe(2 * KINDS.length);
});

test('an uplink has as many responses as services', () => {
  fc.assert(
    fc.property(uplink, (said) => {
      const answer = encodeUplinkAnswer(said.kind, { outcome: 'refused', code: 'bsy' });
      expect(answer).toHaveLength(encodeUplink(said).length);
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('whatever bytes come, nothing but a CodecError is thrown', () => {
  let [read, refused] = [0, 0];
  fc.assert(
    fc.property(servicesLike(uplink.map(encodeUplink)), (services) => {
      if (unlessRefused(() => decodeUplink(services)) === undefined) refused++;
      else read++;
    }),
    { seed: 4, numRuns: 5000 },
  );
  const answers = answeredUplink.map(([kind, answer]) => encodeUplinkAnswer(kind, answer));
  fc.assert(
    fc.property(fc.constantFrom(...KINDS), servicesLike(answers), (kind, services) => {
      if (unlessRefused(() => decodeUplinkAnswer(kind, services)) === undefined) refused++;
      else read++;
    }),
    { seed: 5, numRuns: 5000 },
  );
  // Both happened: bytes that are nearly right reach the depths of the decoder.
  expect(Math.min(read, refused)).toBeGreaterThan(500);
});

test.each(KINDS)('%s is marked as its kind demands', (kind) => {
  const isAlarm = ['clock-deviation', 'last-gasp', 'restoration', 'event-alarm'].includes(kind);
  const isUrgent = ['last-gasp', 'restoration', 'event-alarm'].includes(kind);
  const isNotification = isAlarm || ['heartbeat', 'interval-report'].includes(kind);
  expect(uplinkQualifier(kind).urgent ?? false).toBe(isUrgent);
  expect(uplinkQualifier(kind).notification ?? false).toBe(isNotification);
  expect(uplinkResponseControl(kind)).toBe(kind === 'heartbeat' ? 'never' : 'always');
});

describe('a registration', () => {
  const [register = new Uint8Array(), write = new Uint8Array()] = encodeUplink(REGISTRATION);

  test("is the standard's Register, then a Write", () => {
    const request = decodeRequest(register, 'c12-22');
    if (request.service !== 'register') throw new Error(request.service);
    expect(request.registration.title.toString()).toBe('.1.60000001');
    expect(request.registration.serialNumber.toString()).toBe('.54.48.48.48.48.48.48.49');
    expect(decodeRequest(write, 'c12-22').service).toBe('write');
  });

  test('keeps leading zeros and letters of its serial number', () => {
    const identity = { ...testIdentity(0), serial: '0007A' };
    const said = { ...REGISTRATION, identity };
    expect(decodeUplink(encodeUplink(said))).toEqual(said);
  });

  test('that names two serial numbers is refused', () => {
    const other = encodeUplink({ ...REGISTRATION, identity: testIdentity(1) });
    expect(() => decodeUplink([register, other[1] ?? write])).toThrow('different serial numbers');
    expect(decodeUplink([register, write])).toEqual(REGISTRATION);
  });

  test('is none without both of its services, or in another order', () => {
    for (const services of [[write], [write, register], [register, write, write]]) {
      expect(() => decodeUplink(services)).toThrow('registration: register,write wanted');
    }
    expect(() => decodeUplink([register])).toThrow('uplink: a Write wanted, register found');
  });
});

describe('services that are no uplink', () => {
  const [gasp = new Uint8Array()] = encodeUplink(LAST_GASP);
  const [clockWrite = new Uint8Array()] = encodeUplink(CLOCK_REQUEST);
  const readOfAnother = encodeRequest({ service: 'read', table: 1, part: { by: 'whole' } });
  const part = { by: 'offset', offset: 0 } as const;
  const partial = encodeRequest({ service: 'write', table: 0x0847, part, data: fromHex('00') });

  test.each([
    ['an unknown service', [fromHex('7f')], 'sns', 'service code 0x7f'],
    ['a service of PSEM alone', [fromHex('20')], 'sns', 'identify found'],
    ['an unknown table', [fromHex('40085f0000 00')], 'iar', 'table 2143'],
    ["a transaction's table", [fromHex('4008550002 0f00 f1')], 'iar', 'table 2133'],
    ['a Write of a part', [partial], 'iar', 'no full Write'],
    ['a clock request for another table', [clockWrite, readOfAnother], 'iar', 'table 1'],
    ['a clock request for a part', [clockWrite, fromHex('3108450000 0001')], 'iar', 'table 2117'],
    ['a clock request without its Read', [clockWrite], 'err', 'write,read wanted'],
    ['two uplinks', [gasp, gasp], 'err', 'write,write found'],
    ['no service', [], undefined, 'none found'],
    ['an empty service', [new Uint8Array()], 'err', 'bytes wanted'],
    ['a table cut short', [fromHex('4008470001 07 f9')], 'err', 'outageNumber'],
    ['a table too long', [fromHex('4008430005 0201000000 fd')], 'err', 'left over'],
    ['a wrong checksum', [fromHex('4008430004 02010000 fc')], 'err', 'checksum'],
  ])('%s is refused', (_, services, code, why) => {
    const error = refusalOf(() => decodeUplink(services));
    expect(error.message).toContain(why);
    const answer = refuseAll(services, error);
    expect(answer).toHaveLength(services.length);
    expect(new Set(answer.map((one) => toHex(one)))).toEqual(
      new Set(code === undefined ? [] : [{ sns: '02', iar: '05', err: '01' }[code]]),
    );
  });

  test('while the right ones are read', () => {
    expect(decodeUplink([gasp])).toEqual(LAST_GASP);
    expect(decodeUplink(encodeUplink(CLOCK_REQUEST))).toEqual(CLOCK_REQUEST);
  });
});

test.each([
  ['an instant with a fraction', { ...LAST_GASP, lostAtMs: 0.5 }, 'lostAtMs'],
  ['an instant beyond six bytes', { ...LAST_GASP, lostAtMs: 2 ** 48 }, 'lostAtMs'],
  ['a negative number', { ...LAST_GASP, outageNumber: -1 }, 'outageNumber'],
  [
    'a deviation that is not exact',
    { kind: 'clock-deviation' as const, deviationNs: 2 ** 53 },
    'deviationNs',
  ],
  [
    'a text that is not Latin-1',
    { ...REGISTRATION, identity: { ...testIdentity(0), barcode: 'ab\u20ac' } },
    'barcode: character 3',
  ],
  [
    'a text that is too long',
    { ...REGISTRATION, identity: { ...testIdentity(0), barcode: 'x'.repeat(256) } },
    'barcode length',
  ],
  ['no serial number', { ...REGISTRATION, identity: { ...testIdentity(0), serial: '' } }, 'title'],
])('%s cannot be said', (_, said: Uplink, why) => {
  expect(() => encodeUplink(said)).toThrow(CodecError);
  expect(() => encodeUplink(said)).toThrow(why);
});

test('deviations come back at their edges, and one that no encoder writes is refused', () => {
  const edges = [0, 1, -1, 999_999_999, 1e9, -1e9, -1e9 - 1, Number.MAX_SAFE_INTEGER];
  for (const deviationNs of [...edges, -Number.MAX_SAFE_INTEGER]) {
    const said: Uplink = { kind: 'clock-deviation', deviationNs };
    expect(decodeUplink(encodeUplink(said))).toEqual(said);
  }
  const wholeSecond = fromHex('4008460008 00000000 00ca9a3b 61');
  expect(() => decodeUplink([wholeSecond])).toThrow('no exact integer');
});

describe('an answer', () => {
  test('that does not belong to the kind cannot be given', () => {
    const accepted = { outcome: 'accepted' } as const;
    expect(() => encodeUplinkAnswer('registration', accepted)).toThrow("'registered' wanted");
    const registered = { outcome: 'registered', apTitle: '.1', periodS: 0 } as const;
    expect(() => encodeUplinkAnswer('last-gasp', registered)).toThrow("'accepted' wanted");
    expect(encodeUplinkAnswer('last-gasp', accepted)).toHaveLength(1);
  });

  test('tells of less than a millisecond beside the milliseconds', () => {
    expect(clockAnswer(999_999)).toHaveLength(2);
    expect(() => clockAnswer(1_000_000)).toThrow('0 to 999999 wanted, 1000000 found');
    const wrong = [fromHex('00'), fromHex('00000a 000000000000 40420f00 6f')];
    expect(() => decodeUplinkAnswer('clock-reference-request', wrong)).toThrow('1000000 found');
  });

  test('with too few or too many responses is none', () => {
    const ok = fromHex('00');
    expect(() => decodeUplinkAnswer('last-gasp', [])).toThrow('1 responses wanted, 0 found');
    expect(() => decodeUplinkAnswer('last-gasp', [ok, ok])).toThrow('2 found');
    expect(decodeUplinkAnswer('last-gasp', [ok])).toEqual({ outcome: 'accepted' });
  });

  test('that refuses any of its services refuses the uplink', () => {
    const registered = encodeUplinkAnswer('registration', {
      outcome: 'registered',
      apTitle: '.1',
      periodS: 1,
    });
    const refused = decodeUplinkAnswer('registration', [
      registered[0] ?? fromHex('00'),
      fromHex('05'),
    ]);
    expect(refused).toEqual({ outcome: 'refused', code: 'iar' });
    expect(decodeUplinkAnswer('registration', registered).outcome).toBe('registered');
  });
});

test.each(['ciphered', 'authenticated'] as const)('a sealed uplink opens (%s)', (mode) => {
  const head = { called: ApTitle.of('.1'), calling: ApTitle.of('.1.60000001') };
  fc.assert(
    fc.property(uplink, (said) => {
      const bytes = sealApdu(
        { ...head, callingInvocation: 1, qualifier: uplinkQualifier(said.kind) },
        { response: uplinkResponseControl(said.kind), services: encodeUplink(said) },
        {
          mode,
          cipher: cipherOf('00112233445566778899aabbccddeeff'),
          parameters: { keyId: 1, iv: 9 },
          parametersFrom: 'apdu',
        },
      );
      const openWith = (key: string) => openApdu(bytes, { cipher: () => cipherOf(key) });
      const opened = openWith('00112233445566778899aabbccddeeff');
      if (opened.outcome !== 'good') throw new Error(opened.outcome);
      expect(decodeUplink(opened.content.services)).toEqual(said);
      expect(openWith('ffffffffffffffffffffffffffffffff').outcome).toBe('bad-mac');
    }),
    { seed: 6, numRuns: 100 },
  );
});
