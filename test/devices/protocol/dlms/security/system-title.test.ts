import { expect, test } from 'vitest';
import { CodecError } from '../../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../../devices/protocol/bytes/hex.ts';
import {
  initialisationVector,
  systemTitleOf,
  systemTitleText,
} from '../../../../../devices/protocol/dlms/security/system-title.ts';

test('a title is a manufacturer and a serial number', () => {
  expect(toHex(systemTitleOf('MMM', 0xbc614e))).toBe('4d4d4d0000bc614e');
  expect(toHex(systemTitleOf('MBN', 2 ** 40 - 1))).toBe('4d424effffffffff');
});

test.each([
  ['mmm', 1],
  ['MM', 1],
  ['MMM', 2 ** 40],
  ['MMM', -1],
  ['MMM', 0.5],
] as const)('%s %d makes no title', (manufacturer, serial) => {
  expect(() => systemTitleOf(manufacturer, serial)).toThrow(CodecError);
});

test('people read the manufacturer where there is one', () => {
  expect(systemTitleText(fromHex('4d4d4d0000bc614e'))).toBe('MMM 0000bc614e');
  expect(systemTitleText(fromHex('2f19229199164103'))).toBe('2f19229199164103');
});

test('title and counter make the initialisation vector of the Green Book', () => {
  const iv = initialisationVector(fromHex('4d4d4d0000bc614e'), 0x0123_4567);
  expect(toHex(iv)).toBe('4d4d4d0000bc614e01234567');
});
