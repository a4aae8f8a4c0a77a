import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  decodePublish,
  encodePublish,
  packetIdFor,
} from '../../../../devices/protocol/mqtt/publish.ts';
import { mutate } from '../mutations.ts';

const GASP = { topic: 'a/b', payload: fromHex('a0'), packetId: 10, isDuplicate: false } as const;
/** 3.3.2.3 shows this variable header: topic a/b, packet id 10. */
const GASP_HEX = '32080003612f62000aa0';

test('a PUBLISH is the bytes of the standard', () => {
  expect(toHex(encodePublish(GASP))).toBe(GASP_HEX);
  expect(decodePublish(fromHex(GASP_HEX))).toEqual(GASP);
  // DUP is bit 3 of the first byte.
  expect(toHex(encodePublish({ ...GASP, isDuplicate: true }))).toBe(`3a${GASP_HEX.slice(2)}`);
});

test('topic, payload and packet id come back', () => {
  const publish = fc.record({
    topic: fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((text) => !/[+#]/.test(text)),
    payload: fc.uint8Array({ maxLength: 400 }),
    packetId: fc.integer({ min: 1, max: 0xffff }),
    isDuplicate: fc.boolean(),
  });
  fc.assert(
    fc.property(publish, (said) => {
      expect(decodePublish(encodePublish(said))).toEqual(said);
    }),
    { seed: 7, numRuns: 1000 },
  );
});

test('a message number gives a packet id that is never 0', () => {
  for (const number of [1, 0xfffe, 0xffff, 0x1_0000, 0xffff_ffff]) {
    expect(packetIdFor(number)).toBeGreaterThan(0);
    expect(packetIdFor(number)).toBeLessThan(0x1_0000);
  }
  expect(packetIdFor(1)).not.toBe(packetIdFor(2));
});

describe('what is no PUBLISH of the profile is refused', () => {
  test.each([
    ['nothing', '', 'no whole packet'],
    ['another packet', 'c000', 'pingreq found'],
    ['two packets', `${GASP_HEX}${GASP_HEX}`, 'exactly one'],
    ['bytes cut off', GASP_HEX.slice(0, -2), 'no whole packet'],
    ['bytes that follow', `${GASP_HEX}32`, 'exactly one'],
    ['a length in two bytes', `328800${GASP_HEX.slice(4)}`, 'exactly one'],
    ['QoS 0', '30060003612f62a0', 'QoS 1'],
    ['QoS 2', `34${GASP_HEX.slice(2)}`, 'QoS 1'],
    ['QoS 3', `36${GASP_HEX.slice(2)}`, 'QoS'],
    ['a retained one', `33${GASP_HEX.slice(2)}`, 'without retain'],
    ['the packet id 0', '32080003612f620000a0', 'packet id'],
    ['a topic with a wildcard', '32080003612f2b000aa0', 'topic'],
    ['no topic', '32050000000aa0', 'topic'],
  ])('%s', (_, hex, why) => {
    expect(() => decodePublish(fromHex(hex))).toThrow(CodecError);
    expect(() => decodePublish(fromHex(hex))).toThrow(why);
  });

  test('and cannot be made', () => {
    for (const wrong of [
      { topic: 'a/+' },
      { topic: '' },
      { packetId: 0 },
      { packetId: 0x1_0000 },
    ]) {
      expect(() => encodePublish({ ...GASP, ...wrong })).toThrow(CodecError);
    }
  });
});

test('whatever bytes come, nothing but a CodecError is thrown', () => {
  const corpus = [GASP_HEX, `3a${GASP_HEX.slice(2)}`, '30060003612f62a0', '4002000a', 'c000'].map(
    (hex) => fromHex(hex),
  );
  const outcomes = mutate(12, corpus, (bytes) => decodePublish(bytes));
  expect(Math.min(outcomes.taken, outcomes.refused)).toBeGreaterThan(500);
});
