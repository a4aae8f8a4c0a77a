import { expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import {
  CONFORMANCE_BITS,
  conformanceBits,
  conformanceOf,
  conforms,
  type ConformanceBit,
} from '../../../../devices/protocol/dlms/conformance.ts';

const BLOCKS_AND_LISTS: readonly ConformanceBit[] = [
  'block-transfer-with-get-or-read',
  'block-transfer-with-set-or-write',
  'block-transfer-with-action',
  'multiple-references',
  'get',
  'set',
  'selective-access',
  'action',
];

test('the public examples are their names', () => {
  expect(conformanceOf(...BLOCKS_AND_LISTS)).toBe(0x00_1e_1d);
  expect(conformanceOf('general-protection', ...BLOCKS_AND_LISTS)).toBe(0x40_1e_1d);
  expect(conformanceBits(0x00_1e_1d)).toEqual(BLOCKS_AND_LISTS);
});

test('each bit is known by its name', () => {
  for (const bit of Object.keys(CONFORMANCE_BITS) as ConformanceBit[]) {
    expect(conformanceBits(conformanceOf(bit))).toEqual([bit]);
    expect(conforms(conformanceOf(bit), bit)).toBe(true);
    expect(conforms(0xff_ffff - conformanceOf(bit), bit)).toBe(false);
  }
});

test.each([-1, 2 ** 24, 0.5])('%d is no conformance', (number) => {
  expect(() => conformanceBits(number)).toThrow(CodecError);
});
