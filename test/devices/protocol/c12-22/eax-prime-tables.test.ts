import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  createEaxPrimeCipher,
  type EaxPrimeCipher,
} from '../../../../devices/protocol/c12-22/eax-prime.ts';
import { createTableEaxPrimeCipher } from '../../../../devices/protocol/c12-22/eax-prime-tables.ts';
import { EAX_PRIME, wrongKey } from './vectors.ts';

function sealed(cipher: EaxPrimeCipher, cleartext: Uint8Array, plaintext: Uint8Array) {
  const text = plaintext.slice();
  const mac = new Uint8Array(4);
  cipher.seal(cleartext, text, mac);
  return { ciphertext: toHex(text), mac: toHex(mac) };
}

/** What a cipher says to a sealed message, and the text that it leaves. */
function opened(
  cipher: EaxPrimeCipher,
  cleartext: Uint8Array,
  ciphertext: Uint8Array,
  mac: Uint8Array,
) {
  const text = ciphertext.slice();
  return { isAuthentic: cipher.open(cleartext, text, mac), text: toHex(text) };
}

/** What one cipher seals, and what the other then says to it. */
function exchanged(
  from: EaxPrimeCipher,
  to: EaxPrimeCipher,
  cleartext: Uint8Array,
  plaintext: Uint8Array,
) {
  const { ciphertext, mac } = sealed(from, cleartext, plaintext);
  return { ciphertext, mac, opened: opened(to, cleartext, fromHex(ciphertext), fromHex(mac)) };
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 0xff : byte));
}

describe.each(EAX_PRIME)('$name', (vector) => {
  const cleartext = fromHex(vector.cleartext);
  const ciphertext = fromHex(vector.ciphertext);
  const mac = fromHex(vector.mac);
  const cipher = createTableEaxPrimeCipher(fromHex(vector.key));
  const refused = { isAuthentic: false, text: vector.ciphertext };

  test('ciphertext and MAC are those of the vector', () => {
    expect(sealed(cipher, cleartext, fromHex(vector.plaintext))).toEqual({
      ciphertext: vector.ciphertext,
      mac: vector.mac,
    });
  });

  test('it is opened with its key, and left as it is with another', () => {
    expect(opened(cipher, cleartext, ciphertext, mac)).toEqual({
      isAuthentic: true,
      text: vector.plaintext,
    });
    const other = createTableEaxPrimeCipher(fromHex(wrongKey(vector.key)));
    expect(opened(other, cleartext, ciphertext, mac)).toEqual(refused);
  });

  test('a wrong MAC is refused: any bit of it, one too short, one too long', () => {
    for (let bit = 0; bit < 32; bit++) {
      const wrong = mac.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(opened(cipher, cleartext, ciphertext, wrong)).toEqual(refused);
    }
    for (const wrong of [mac.subarray(1), mac.subarray(0, 3), Uint8Array.of(...mac, 0)]) {
      expect(opened(cipher, cleartext, ciphertext, wrong)).toEqual(refused);
    }
  });

  test('a flipped byte of the cleartext or of the ciphertext is refused', () => {
    for (let at = 0; at < cleartext.length; at++) {
      expect(opened(cipher, flipped(cleartext, at), ciphertext, mac)).toEqual(refused);
    }
    for (let at = 0; at < ciphertext.length; at++) {
      const wrong = flipped(ciphertext, at);
      expect(opened(cipher, cleartext, wrong, mac)).toEqual({
        isAuthentic: false,
        text: toHex(wrong),
      });
    }
  });
});

describe('beside node:crypto', () => {
  const key = fc.uint8Array({ minLength: 16, maxLength: 16, size: 'max' });
  const bytes = fc.uint8Array({ maxLength: 300, size: 'max' });

  test.each([
    { mode: 'authenticated, without a text', texts: fc.constant(new Uint8Array(0)), seed: 8 },
    { mode: 'ciphered', texts: bytes, seed: 9 },
  ])('$mode: the same bytes, and each opens what the other sealed', ({ texts, seed }) => {
    fc.assert(
      fc.property(key, bytes, texts, (ofKey, cleartext, plaintext) => {
        const oracle = createEaxPrimeCipher(ofKey);
        const tables = createTableEaxPrimeCipher(ofKey);
        const there = exchanged(tables, oracle, cleartext, plaintext);
        expect(there.opened).toEqual({ isAuthentic: true, text: toHex(plaintext) });
        expect(exchanged(oracle, tables, cleartext, plaintext)).toEqual(there);
      }),
      { seed, numRuns: 2000 },
    );
  });

  test('every length from 0 to 300, of the cleartext and of the text', () => {
    const ofKey = fromHex('00112233445566778899aabbccddeeff');
    const oracle = createEaxPrimeCipher(ofKey);
    const tables = createTableEaxPrimeCipher(ofKey);
    for (let length = 0; length <= 300; length++) {
      const one = Uint8Array.from({ length }, (_, index) => index * 7 + length);
      const other = Uint8Array.from({ length: 300 - length }, (_, index) => index * 3);
      for (const text of [other, new Uint8Array(0)]) {
        const there = exchanged(tables, oracle, one, text);
        expect(there.opened).toEqual({ isAuthentic: true, text: toHex(text) });
        expect(exchanged(oracle, tables, one, text)).toEqual(there);
      }
    }
  });
});

test('parts of one buffer are worked on in place, and the bytes around them stay', () => {
  const ofKey = fromHex('00112233445566778899aabbccddeeff');
  const [one, other] = [createEaxPrimeCipher(ofKey), createTableEaxPrimeCipher(ofKey)].map(
    (cipher) => {
      const apdu = Uint8Array.from({ length: 100 }, (_, index) => index);
      cipher.seal(apdu.subarray(3, 40), apdu.subarray(41, 90), apdu.subarray(92, 96));
      return toHex(apdu);
    },
  );
  expect(other).toBe(one);
  expect(other?.slice(2 * 96)).toBe('60616263');
});

test('the ciphers of many keys do not disturb each other', () => {
  const keys = Array.from({ length: 200 }, (_, index) => new Uint8Array(16).fill(index));
  const ciphers = keys.map(createTableEaxPrimeCipher);
  const message = new Uint8Array(40).fill(9);
  expect(ciphers.map((cipher) => sealed(cipher, message, message))).toEqual(
    keys.map((ofKey) => sealed(createEaxPrimeCipher(ofKey), message, message)),
  );
});

test('no room for a MAC is refused before the text is touched', () => {
  const cipher = createTableEaxPrimeCipher(new Uint8Array(16));
  const text = new Uint8Array(8);
  expect(() => {
    cipher.seal(text, text, new Uint8Array(3));
  }).toThrow('MAC: 4 bytes wanted, 3 given');
  expect(text).toEqual(new Uint8Array(8));
});

test('a key of another length is refused, and no key is shown', () => {
  const key = fromHex('c0ffee00c0ffee00c0ffee00c0ffee');
  expect(() => createTableEaxPrimeCipher(key)).toThrow('key: 16 bytes wanted, 15 given');
  const cipher = createTableEaxPrimeCipher(fromHex(`${toHex(key)}00`));
  const shown = inspect(cipher, { depth: 9, showHidden: true });
  expect(shown).not.toMatch(/c0.?ff.?ee|192, 255|3237998080/i);
});
