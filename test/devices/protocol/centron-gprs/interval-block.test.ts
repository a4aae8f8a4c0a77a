import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../../../devices/protocol/bytes/byte-reader.ts';
import { ByteWriter } from '../../../../devices/protocol/bytes/byte-writer.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { intervalBlock } from '../../../../devices/protocol/centron-gprs/interval-block.ts';
import type { IntervalBlock } from '../../../../devices/protocol/centron-gprs/messages.ts';
import { unlessRefused } from '../vectors.ts';
import { block } from './arbitraries.ts';

const HEAD = '0000000005000000000000 00';

function encode(value: IntervalBlock): Uint8Array {
  const writer = new ByteWriter();
  intervalBlock.write(writer, 'block', value);
  return writer.finish();
}

function decode(bytes: Uint8Array): IntervalBlock {
  const reader = new ByteReader(bytes);
  const value = intervalBlock.read(reader, 'block');
  reader.end('block');
  return value;
}

function blockOf(pulses: readonly number[], status = pulses.map(() => 0)): IntervalBlock {
  return { endMinutes: 0, intervalMinutes: 5, registerPulses: 0, pulses, status };
}

test('a day of quarters of an hour takes little more than its pulses', () => {
  const day = blockOf(Array.from({ length: 96 }, (_, index) => index));
  expect(encode(day)).toHaveLength(13 + 96 + 2);
  expect(decode(encode(day))).toEqual(day);
});

test('pulses take seven bits a byte', () => {
  const edges = [0, 0x7f, 0x80, 0x3fff, 0x4000, 2 ** 28 - 1, 2 ** 28, 2 ** 32 - 1];
  const sizes = edges.map((pulses) => encode(blockOf([pulses])).length - 13 - 2);
  expect(sizes).toEqual([1, 1, 2, 2, 3, 4, 5, 5]);
  expect(decode(encode(blockOf(edges)))).toEqual(blockOf(edges));
});

test('there is one form of each block: what is read is written to the same bytes', () => {
  let read = 0;
  const near = fc
    .tuple(block, fc.nat(), fc.nat({ max: 255 }))
    .map(([value, at, byte]) =>
      encode(value).map((old, place, bytes) => (place === at % bytes.length ? byte : old)),
    );
  fc.assert(
    fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 60 })), (bytes) => {
      const value = unlessRefused(() => decode(bytes));
      if (value === undefined) return;
      read++;
      expect(toHex(encode(value))).toBe(toHex(bytes));
    }),
    { seed: 7, numRuns: 5000 },
  );
  expect(read).toBeGreaterThan(500);
});

describe('refused is', () => {
  test.each([
    ['a number that is longer than needed', '01 8000 0100', 'shortest form'],
    ['a number beyond four bytes', '01 ffffffff1f 0100', 'shortest form'],
    ['a number that does not end', '01 808080808001 0100', 'shortest form'],
    ['a number that is cut', '01 80', 'pulses'],
    ['a block of 97', '61' + '00'.repeat(97) + '6100', '97 found'],
    ['an empty run', '01 05 0000', 'status run'],
    ['a run over the end', '01 05 0200', 'status run'],
    ['a run that goes on as another', '02 0505 01000100', 'status run'],
    ['a status that is missing', '02 0505 0100', 'status run'],
  ])('%s', (_, rest, why) => {
    expect(() => decode(fromHex(HEAD + rest))).toThrow(why);
  });

  test.each([
    ['97 intervals', blockOf(Array.from({ length: 97 }, () => 0)), 'at most 96'],
    ['an interval without status', blockOf([1, 2], [0]), '2 with 1 given'],
    ['a fraction of a pulse', blockOf([0.5]), 'pulses'],
    ['fewer than no pulses', blockOf([-1]), 'pulses'],
    ['pulses beyond four bytes', blockOf([2 ** 32]), 'pulses'],
    ['a status of two bytes', blockOf([1], [256]), 'status'],
  ])('%s, when it is to be written', (_, value, why) => {
    expect(() => encode(value)).toThrow(why);
  });

  test('nothing of this when it is right', () => {
    expect(decode(fromHex(HEAD + '02 0505 0200'))).toEqual(blockOf([5, 5]));
    expect(decode(fromHex(HEAD + '00'))).toEqual(blockOf([]));
  });
});
