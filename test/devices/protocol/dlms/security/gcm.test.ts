import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../../devices/protocol/bytes/hex.ts';
import { createNativeGcmCipher } from '../../../../../devices/protocol/dlms/security/gcm-native.ts';
import { createTableGcmCipher } from '../../../../../devices/protocol/dlms/security/gcm-tables.ts';
import { createGcmCipher } from '../../../../../devices/protocol/dlms/security/gcm.ts';
import { cryptoNamed } from '../vectors.ts';

const WAYS = {
  'by node:crypto': createNativeGcmCipher,
  'by tables': createTableGcmCipher,
  'by length': createGcmCipher,
} as const;

const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const message = fc.record({
  key: octets(16),
  iv: octets(12),
  additional: fc.uint8Array({ maxLength: 80 }),
  // Around the length from which on node:crypto takes over, too.
  text: fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.uint8Array({ minLength: 150, maxLength: 400 }),
  ),
});

describe.each(Object.entries(WAYS))('GCM %s', (_, create) => {
  const vector = cryptoNamed('glo-get-request, authenticated encryption');
  const protectedText = fromHex(vector.apdu).subarray(7, -12);
  const tag = fromHex(vector.apdu).subarray(-12);

  test('gives the ciphertext and the tag of the Green Book', () => {
    const text = fromHex(vector.plaintext);
    const made = create(fromHex(vector.ek)).seal(fromHex(vector.iv), fromHex(vector.aad), text);
    expect(text).toEqual(protectedText);
    expect(toHex(made)).toBe(toHex(tag));
  });

  test('gives the tag of the Green Book over additional data alone', () => {
    const only = cryptoNamed('glo-get-request, authentication only');
    const cipher = create(fromHex(only.ek));
    const made = cipher.seal(fromHex(only.iv), fromHex(only.aad), new Uint8Array());
    expect(toHex(made).toUpperCase()).toBe(only.apdu.slice(-24));
  });

  test('opens what is right, and leaves a text as it is otherwise', () => {
    const cipher = create(fromHex(vector.ek));
    const [iv, additional] = [fromHex(vector.iv), fromHex(vector.aad)];
    const flipped = tag.map((octet, index) => (index === 11 ? octet ^ 1 : octet));
    for (const wrong of [
      flipped,
      tag.subarray(0, 11),
      new Uint8Array(),
      Uint8Array.of(...tag, 0),
    ]) {
      const text = protectedText.slice();
      expect(cipher.open(iv, additional, text, wrong)).toBe(false);
      expect(text).toEqual(protectedText);
    }
    const text = protectedText.slice();
    expect(cipher.open(iv, additional, text, tag)).toBe(true);
    expect(toHex(text).toUpperCase()).toBe(vector.plaintext);
  });

  test('says and does what node:crypto does, whatever the message', () => {
    fc.assert(
      fc.property(message, ({ key, iv, additional, text }) => {
        const [cipher, other] = [create(key), createNativeGcmCipher(key)];
        const [sealed, expected] = [text.slice(), text.slice()];
        const made = cipher.seal(iv, additional, sealed);
        expect(toHex(made)).toBe(toHex(other.seal(iv, additional, expected)));
        expect(sealed).toEqual(expected);

        expect(cipher.open(iv, additional, sealed, made)).toBe(true);
        expect(sealed).toEqual(text);
        cipher.keyStream(iv, sealed);
        expect(sealed).toEqual(expected);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('refuses a key and an initialisation vector that are too short', () => {
    expect(() => create(new Uint8Array(15))).toThrow('key: 16 octets wanted, 15 given');
    const cipher = create(new Uint8Array(16));
    const short = new Uint8Array(11);
    const text = new Uint8Array(4);
    expect(() => cipher.seal(short, text, text)).toThrow(CodecError);
    expect(() => cipher.open(short, text, text, new Uint8Array(12))).toThrow(CodecError);
    expect(() => cipher.keyStream(short, text)).toThrow(CodecError);
  });

  test('shows its key to no inspection', () => {
    const cipher = create(new TextEncoder().encode('sixteen letters!'));
    cipher.seal(new Uint8Array(12), new Uint8Array(), new Uint8Array(1_000));
    const shown = inspect(cipher, { depth: 9, showHidden: true });
    expect(shown).not.toMatch(/115|105|6c6574|sixteen/);
    expect(JSON.stringify(cipher)).toBe('{}');
  });
});

test('ciphers by tables do not disturb each other, however many there are', () => {
  const keys = Array.from({ length: 130 }, (_, index) => new Uint8Array(16).fill(index));
  const ciphers = keys.map(createTableGcmCipher);
  const tags = ciphers.map((cipher) => seal(cipher));
  expect(new Set(tags).size).toBe(keys.length);
  expect(keys.map((key) => seal(createNativeGcmCipher(key)))).toEqual(tags);
});

function seal(cipher: ReturnType<typeof createTableGcmCipher>): string {
  return toHex(cipher.seal(new Uint8Array(12), Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)));
}
