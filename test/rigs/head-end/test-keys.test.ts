import { describe, expect, test } from 'vitest';
import { toHex } from '../../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../../devices/protocol/c12-22/ap-title.ts';
import {
  CONFIGURATION_SERVER_TITLE,
  HEAD_END_TITLE,
  meterIndexOf,
  meterTitle,
  testCiphers,
  testKey,
  testKeyId,
  testPin,
} from '../../../rigs/head-end/test-keys.ts';

const METERS = Array.from({ length: 600 }, (_, index) => index);

describe('the keys of the test fleet', () => {
  test('every meter has a key and a PIN of its own, of 16 and 20 bytes', () => {
    const keys = new Set(METERS.map((index) => toHex(testKey(index))));
    const pins = new Set(METERS.map((index) => toHex(testPin(index))));
    expect([keys.size, pins.size]).toEqual([METERS.length, METERS.length]);
    expect([testKey(7).length, testPin(7).length]).toEqual([16, 20]);
  });

  test('they stay the same from one version to the next, or captures could not be read', () => {
    expect(toHex(testKey(0))).toMatchInlineSnapshot(`"8ec37e5d2c840b986faea3ad7e9bd75e"`);
    expect(toHex(testPin(299))).toMatchInlineSnapshot(`"f39de7665eca6970ecb3eb8548fe22e127a2dd33"`);
  });

  test('the key id names one key among 256 consecutive meters', () => {
    expect([0, 255, 256, 599].map(testKeyId)).toEqual([0, 255, 0, 87]);
  });

  test('a title names its meter in relative and in absolute form', () => {
    for (const index of [0, 126, 127, 16_383, 9_999_999]) {
      const title = meterTitle(index);
      expect(title.toString()).toBe(`.1.${index + 1}`);
      expect(meterIndexOf(title)).toBe(index);
      expect(meterIndexOf(ApTitle.of(title.toAbsoluteString()))).toBe(index);
    }
  });

  test.each([
    '.1',
    '.1.0',
    '.1.5.6',
    '.2.1',
    '.11.5',
    '1.3.6.1.4.1.33507',
    '.1.99999999999999999999',
  ])('%s is no meter', (title) => {
    expect(meterIndexOf(ApTitle.of(title))).toBeUndefined();
  });

  test('the hosts are no meters', () => {
    expect(meterIndexOf(HEAD_END_TITLE)).toBeUndefined();
    expect(meterIndexOf(CONFIGURATION_SERVER_TITLE)).toBeUndefined();
  });

  test('a cipher opens what the same meter sealed, and not what another did', () => {
    const cleartext = new Uint8Array(40).fill(3);
    const text = new TextEncoder().encode('last gasp');
    const mac = new Uint8Array(4);
    const ciphers = testCiphers();
    ciphers.cipherOf(5).seal(cleartext, text, mac);
    expect(ciphers.cipherOf(6).open(cleartext, text, mac)).toBe(false);
    expect(testCiphers().cipherOf(5).open(cleartext, text, mac)).toBe(true);
    expect(new TextDecoder().decode(text)).toBe('last gasp');
    expect(ciphers.cipherOf(5)).toBe(ciphers.cipherOf(5));
  });
});
