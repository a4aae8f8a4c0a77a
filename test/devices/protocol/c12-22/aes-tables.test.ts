import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  BLOCK_WORDS,
  encryptBlock,
  expandKey,
  SCHEDULE_WORDS,
  wordAt,
} from '../../../../devices/protocol/c12-22/aes-tables.ts';

const FILL = 0xdeadbeef;

function wordsOf(bytes: Uint8Array): Uint32Array {
  return Uint32Array.from({ length: bytes.length / 4 }, (_, index) => wordAt(bytes, index * 4));
}

function hexOf(words: Uint32Array): string {
  return Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');
}

function scheduleOf(key: Uint8Array): Uint32Array {
  const words = new Uint32Array(SCHEDULE_WORDS);
  expandKey(key, words, 0);
  return words;
}

function encrypted(key: Uint8Array, block: Uint8Array): string {
  const to = new Uint32Array(BLOCK_WORDS);
  encryptBlock(scheduleOf(key), 0, wordsOf(block), to);
  return hexOf(to);
}

test('the key schedule ends as in FIPS-197 A.1', () => {
  const words = hexOf(scheduleOf(fromHex('2b7e151628aed2a6abf7158809cf4f3c')));
  expect(words.slice(0, 32)).toBe('2b7e151628aed2a6abf7158809cf4f3c');
  expect(words.slice(-32)).toBe('d014f9a8c9ee2589e13f0cc8b6630ca6');
});

test('the example vectors of FIPS-197 B and C.1 are met', () => {
  expect(
    encrypted(
      fromHex('2b7e151628aed2a6abf7158809cf4f3c'),
      fromHex('3243f6a8885a308d313198a2e0370734'),
    ),
  ).toBe('3925841d02dc09fbdc118597196a0b32');
  expect(
    encrypted(
      fromHex('000102030405060708090a0b0c0d0e0f'),
      fromHex('00112233445566778899aabbccddeeff'),
    ),
  ).toBe('69c4e0d86a7b0430d8cdb78070b4c55a');
});

test('every key and block gives what node:crypto gives', () => {
  const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(bytes, bytes, (key, block) => {
      const oracle = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
      expect(encrypted(key, block)).toBe(toHex(oracle.update(block)));
    }),
    { seed: 5, numRuns: 1000 },
  );
});

test('a schedule may stand anywhere among other words, and a block be enciphered in place', () => {
  const words = new Uint32Array(SCHEDULE_WORDS + 2).fill(FILL);
  expandKey(fromHex('000102030405060708090a0b0c0d0e0f'), words, 1);
  expect([words.at(0), words.at(-1)]).toEqual([FILL, FILL]);
  const block = wordsOf(fromHex('00112233445566778899aabbccddeeff'));
  encryptBlock(words, 1, block, block);
  expect(hexOf(block)).toBe('69c4e0d86a7b0430d8cdb78070b4c55a');
});
