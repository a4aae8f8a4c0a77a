import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { decodeData, encodeData } from '../../../../devices/protocol/dlms/data-codec.ts';
import {
  array,
  NULL_DATA,
  number,
  octetString,
  structure,
  type Data,
} from '../../../../devices/protocol/dlms/data.ts';
import { data } from './arbitraries.ts';

test('any value comes back as it was written', () => {
  fc.assert(
    fc.property(data, (value) => {
      expect(decodeData(encodeData(value))).toEqual(value);
    }),
    { seed: 1, numRuns: 1_000 },
  );
});

test('a value that is cut anywhere is refused', () => {
  fc.assert(
    fc.property(data, (value) => {
      const octets = encodeData(value);
      for (let length = 0; length < octets.length; length++) {
        expect(() => decodeData(octets.subarray(0, length))).toThrow(CodecError);
      }
    }),
    { seed: 2, numRuns: 100 },
  );
});

const VALUES: readonly [string, Data][] = [
  ['00', NULL_DATA],
  ['0100', array([])],
  ['0202110112ffff', structure(number('unsigned', 1), number('long-unsigned', 0xffff))],
  ['0301', { type: 'boolean', value: true }],
  ['0409a480', { type: 'bit-string', bits: '101001001' }],
  ['05ffffffff', number('double-long', -1)],
  ['06ffffffff', number('double-long-unsigned', 0xffff_ffff)],
  ['09020102', octetString(fromHex('0102'))],
  ['0a03414243', { type: 'visible-string', text: 'ABC' }],
  ['0c02c3a9', { type: 'utf8-string', text: 'é' }],
  ['0d0112', { type: 'bcd', bytes: fromHex('12') }],
  ['0f80', number('integer', -128)],
  ['108000', number('long', -0x8000)],
  ['14ffffffffffffffff', { type: 'long64', value: -1n }],
  ['15ffffffffffffffff', { type: 'long64-unsigned', value: 2n ** 64n - 1n }],
  ['161e', number('enum', 30)],
  ['173fc00000', number('float32', 1.5)],
  ['183ff8000000000000', number('float64', 1.5)],
  ['1a07e40101ff', { type: 'date', bytes: fromHex('07e40101ff') }],
  ['1b00030000', { type: 'time', bytes: fromHex('00030000') }],
  ['ff', { type: 'dont-care' }],
];

test.each(VALUES)('%s is written and read', (hex, value) => {
  expect(toHex(encodeData(value))).toBe(hex);
  expect(decodeData(fromHex(hex))).toEqual(value);
});

test('lengths are as short as possible when written, and any when read', () => {
  for (const [length, head] of [
    [0x7f, '097f'],
    [0x80, '098180'],
    [0xff, '0981ff'],
    [0x100, '09820100'],
    [0x1_0000, '0983010000'],
  ] as const) {
    const octets = encodeData(octetString(new Uint8Array(length)));
    expect(toHex(octets.subarray(0, octets.length - length))).toBe(head);
    expect(decodeData(octets)).toEqual(octetString(new Uint8Array(length)));
  }
  expect(decodeData(fromHex('098400000001aa'))).toEqual(octetString(fromHex('aa')));
});

describe('a compact array', () => {
  test('of one type is expanded', () => {
    expect(decodeData(fromHex('13120400010002'))).toEqual({
      type: 'compact-array',
      items: [number('long-unsigned', 1), number('long-unsigned', 2)],
    });
  });

  test('of structures with an array within is expanded', () => {
    expect(decodeData(fromHex('130202010002110909'.concat('0102010a', '0304020b0c')))).toEqual({
      type: 'compact-array',
      items: [
        structure(
          array([number('unsigned', 1), number('unsigned', 2)]),
          octetString(fromHex('0a')),
        ),
        structure(
          array([number('unsigned', 3), number('unsigned', 4)]),
          octetString(fromHex('0b0c')),
        ),
      ],
    });
  });

  test.each([
    ['whose values take no octet', '130001ff'],
    ['of far more values than octets', '13020201ffff001101aa'],
    ['within another', '13131101aa'],
    ['whose last value is cut', '131203000100'],
  ])('%s is refused', (_, hex) => {
    expect(() => decodeData(fromHex(hex))).toThrow(CodecError);
  });

  test('is not written', () => {
    expect(() => encodeData({ type: 'compact-array', items: [] })).toThrow(CodecError);
  });
});

test.each([
  ['no octet at all', ''],
  ['a tag that is not known', '08'],
  ['more members than octets', '0184ffffffff'],
  ['a length of no octets', '0980'],
  ['a length of five octets', '09850000000001aa'],
  ['text that is no UTF-8', '0c01ff'],
  ['octets left over', '0000'],
  ['more levels than any meter has', '0101'.repeat(40).concat('00')],
])('%s is refused', (_, hex) => {
  expect(() => decodeData(fromHex(hex))).toThrow(CodecError);
});

test.each<[string, Data]>([
  ['a number', number('unsigned', 256)],
  ['a fraction', number('long', 0.5)],
  ['a wide number', { type: 'long64', value: 2n ** 63n }],
  ['a wide number below zero', { type: 'long64-unsigned', value: -1n }],
  ['a date-time', { type: 'date-time', bytes: new Uint8Array(11) }],
  ['a digit', { type: 'bit-string', bits: '012' }],
  ['a character', { type: 'visible-string', text: 'Ā' }],
])('%s that does not fit is refused', (_, value) => {
  expect(() => encodeData(value)).toThrow(CodecError);
});

test('a long text is read, however long', () => {
  const text = 'x'.repeat(300_000);
  expect(decodeData(encodeData({ type: 'visible-string', text }))).toEqual({
    type: 'visible-string',
    text,
  });
});
