import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { decodeAcse, encodeAcse, isAcse } from '../../../../devices/protocol/dlms/acse.ts';
import { decodeApdu } from '../../../../devices/protocol/dlms/apdu/decode.ts';
import type { Finding } from '../../../../devices/protocol/dlms/finding.ts';
import { acse } from './arbitraries.ts';
import { cryptoNamed, DLMS } from './vectors.ts';

function read(hex: string) {
  const findings: Finding['name'][] = [];
  const apdu = decodeAcse(fromHex(hex), ({ name }) => void findings.push(name));
  return { apdu, findings };
}

test('any APDU comes back as it was written', () => {
  fc.assert(
    fc.property(acse, (apdu) => {
      expect(decodeAcse(encodeAcse(apdu))).toEqual(apdu);
    }),
    { seed: 1, numRuns: 500 },
  );
});

const VECTORS = [
  ...DLMS.acse,
  { name: 'RLRE normal', apdu: DLMS.acse.find(({ response }) => response)?.response ?? '' },
  { name: 'AARQ with a dedicated key', apdu: cryptoNamed('glo-initiateRequest').in_aarq },
];

test.each(VECTORS)('$name is read without a finding, and written as it was', ({ apdu }) => {
  const { apdu: value, findings } = read(apdu);
  expect(findings).toEqual([]);
  expect(toHex(encodeAcse(value)).toUpperCase()).toBe(apdu);
  expect(isAcse(fromHex(apdu))).toBe(true);
});

test('an AARQ tells who asks, how, and for what', () => {
  const { apdu } = read(cryptoNamed('glo-initiateRequest').in_aarq);
  expect(apdu).toMatchObject({
    acse: 'aarq',
    context: 'logical-name-ciphered',
    callingSystemTitle: fromHex('4D4D4D0000BC614E'),
    mechanism: 'low',
    authenticationValue: new TextEncoder().encode('12345678'),
  });
});

test.each([
  ['AARE accepted, no security', 'accepted', 0, 'initiate-response'],
  ['AARE rejected: application', 'rejected-permanent', 2, 'initiate-response'],
  ['AARE rejected: confirmed', 'rejected-permanent', 1, 'confirmed-service-error'],
  ['AARE accepted, HLS pending', 'accepted', 14, 'initiate-response'],
  ['AARE rejected: authentication', 'rejected-permanent', 13, 'initiate-response'],
])('%s: %s with %i', (name, result, code, service) => {
  const vector = DLMS.acse.find((one) => one.name.startsWith(name));
  const { apdu } = read(vector?.apdu ?? '');
  expect(apdu).toMatchObject({ acse: 'aare', result, diagnostic: { source: 'user', code } });
  if (apdu.acse !== 'aare') throw new Error('an AARE is wanted');
  expect(decodeApdu(apdu.userInformation ?? new Uint8Array()).service).toBe(service);
});

describe('what peers do otherwise', () => {
  test('an AARE with the protocol version is read, and told', () => {
    const hex = '612D80020780A109060760857405080101A203020100A305A103020100BE0404020800';
    const fitting = hex.replace('612D', '6121');
    const { apdu, findings } = read(fitting);
    expect(apdu).toMatchObject({ acse: 'aare', result: 'accepted' });
    expect(findings).toEqual(['aare-with-protocol-version']);
    expect(decodeAcse(fromHex(fitting))).toEqual(apdu);
  });

  const BROKEN =
    '6324800100BE220421281F300000001AA7C93723B108599AD93A9044B80AFAC6F2AA25FAE96293E2D155';

  test('a broken release response counts as released, and is told', () => {
    const { apdu, findings } = read(BROKEN);
    expect(apdu).toEqual({ acse: 'rlre', reason: null, userInformation: null });
    expect(findings).toEqual(['broken-release-response']);
  });

  test('nobody who does not take findings believes it', () => {
    expect(() => decodeAcse(fromHex(BROKEN))).toThrow(CodecError);
  });

  test('a broken release request is refused in any case', () => {
    expect(() => read(BROKEN.replace('63', '62'))).toThrow(CodecError);
  });

  test('names that are none of the standard are told as such', () => {
    expect(read('6019A1090607608574050801098B0760857405080209BE0304010E').apdu).toMatchObject({
      context: 'other',
      mechanism: 'other',
    });
    expect(read('6009A1070605608574050A').apdu).toMatchObject({ context: 'other' });
  });

  test('elements that are not known are skipped', () => {
    expect(read('6010A109060760857405080101A903020101').apdu).toMatchObject({
      context: 'logical-name',
      mechanism: null,
    });
  });
});

test.each([
  ['nothing', ''],
  ['another APDU', 'C001C1'],
  ['an AARQ without context', '600206 00'],
  ['an AARE without result', '610BA109060760857405080101'],
  ['an element twice', '6016A109060760857405080101A109060760857405080101'],
  ['octets after it', '620380010000'],
  ['a result that is not known', '611BA109060760857405080101A203020103A305A103020100BE020400'],
])('%s is refused', (_, hex) => {
  expect(() => decodeAcse(fromHex(hex))).toThrow(CodecError);
});

test('a password is in no error', () => {
  const aarq = { ...read(DLMS.acse[1]?.apdu ?? '').apdu, context: 'other' as const };
  expect(() => encodeAcse(aarq as Parameters<typeof encodeAcse>[0])).toThrow(
    /^application-context-name: no name of DLMS$/,
  );
});
