import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodecError } from '../../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../../devices/protocol/bytes/hex.ts';
import { decodeApdu } from '../../../../../devices/protocol/dlms/apdu/decode.ts';
import {
  array,
  number,
  octetString,
  structure,
} from '../../../../../devices/protocol/dlms/data.ts';
import { unwrapKey, wrapKey } from '../../../../../devices/protocol/dlms/security/key-wrap.ts';
import { cryptoNamed } from '../vectors.ts';

test.each(['AES key wrap (RFC 3394) for', 'RFC 3394 section 4.1'])('%s', (name) => {
  const vector = cryptoNamed(name);
  const [kek, key, wrapped] = [vector.kek, vector.key, vector.wrapped].map(fromHex);
  if (kek === undefined || key === undefined || wrapped === undefined) throw new Error('no vector');
  expect(toHex(wrapKey(kek, key)).toUpperCase()).toBe(vector.wrapped);
  expect(unwrapKey(kek, wrapped)).toEqual(key);
});

test('the public key transfer carries the wrapped key', () => {
  const vector = cryptoNamed('AES key wrap (RFC 3394) for');
  expect(decodeApdu(fromHex(vector.action_request))).toMatchObject({
    method: { classId: 64, logicalName: '0.0.43.0.0.255', method: 2 },
    parameters: array([structure(number('enum', 0), octetString(fromHex(vector.wrapped)))]),
  });
});

test('a key comes back under its wrapping key alone, and only as it was', () => {
  const octets = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(octets, octets, fc.nat({ max: 23 }), (kek, key, at) => {
      const wrapped = wrapKey(kek, key);
      expect(unwrapKey(kek, wrapped)).toEqual(key);
      const changed = wrapped.map((octet, index) => (index === at ? octet ^ 1 : octet));
      expect(unwrapKey(kek, changed)).toBeNull();
      const other = kek.map((octet, index) => (index === 0 ? octet ^ 1 : octet));
      expect(unwrapKey(other, wrapped)).toBeNull();
    }),
    { seed: 1, numRuns: 200 },
  );
});

test.each([0, 8, 16, 23, 25])('%i octets are no wrapped key', (length) => {
  expect(unwrapKey(new Uint8Array(16), new Uint8Array(length))).toBeNull();
});

test('keys of another length are refused, and are in no error', () => {
  expect(() => wrapKey(new Uint8Array(15), new Uint8Array(16))).toThrow(CodecError);
  expect(() => unwrapKey(new Uint8Array(15), new Uint8Array(24))).toThrow(CodecError);
  expect(() => wrapKey(new Uint8Array(16), fromHex('aabb'))).toThrow(
    /^key to wrap: a multiple of 8 octets wanted, 2 given$/,
  );
});
