import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import {
  decodePacket,
  encodePacket,
  packetsOf,
  readRawPacket,
} from '../../../devices/protocol/c12-18/packet.ts';
import { PacketReceiver } from '../../../devices/protocol/c12-18/receiver.ts';
import type { Received } from '../../../devices/protocol/c12-18/receiver.ts';
import { NS_PER_MS } from '../../../devices/domain/time.ts';
import { ANSI, frameNamed, unlessRefused } from './vectors.ts';

const INTER_CHARACTER_NS = 500 * NS_PER_MS;

test('there are the 82 frame vectors', () => {
  expect(ANSI.c1218_frames).toHaveLength(82);
});

test.each(ANSI.c1218_frames)('frame vector "$name" is read and written back', (vector) => {
  const packet = decodePacket(fromHex(vector.hex));
  expect(packet).toMatchObject({
    identity: vector.identity,
    multiPacket: vector.multi,
    first: vector.first,
    toggle: vector.toggle === 1,
    sequence: vector.seq,
    dataFormat: 0,
  });
  expect(toHex(packet.data)).toBe(vector.data);
  expect(toHex(encodePacket(packet))).toBe(vector.hex);
});

test('a wrong CRC still gives the raw packet, but no meaning', () => {
  const bytes = fromHex(ANSI.c1218_negative[0]?.hex ?? '');
  expect(readRawPacket(bytes)).toMatchObject({ crc: 0x1113, control: 0 });
  expect(() => decodePacket(bytes)).toThrow('crc: 1113 sent, 1013 computed');
});

test('a message is cut into packets of the agreed size, the toggle flipping between them', () => {
  const message = fromHex(frameNamed('read response ST0 (toggle 0)').data);
  const frames = packetsOf(message, 64).map((packet, at) =>
    toHex(encodePacket({ ...packet, identity: 0, toggle: at % 2 === 1 })),
  );
  expect(frames).toEqual([
    frameNamed('multi-packet ST0 response at packet size 64, packet 1 of 2 (ctrl c0, seq 1)').hex,
    frameNamed('multi-packet ST0 response, packet 2 of 2 (ctrl a0, seq 0)').hex,
  ]);
});

describe('the receiver', () => {
  test('gives the same packets however the stream is cut', () => {
    const stream = ANSI.c1218_frames.map(({ hex }) => fromHex(hex));
    const joined = Uint8Array.from(stream.flatMap((frame) => [0x55, 0x06, ...frame, 0x15, 0x00]));
    const whole = summary(receiver().receive(0, joined));
    expect(whole.filter((one) => one.startsWith('ee'))).toEqual(
      stream.map((frame) => toHex(frame)),
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (sizes) => {
        const cut = receiver();
        const received: Received[] = [];
        for (let at = 0, turn = 0; at < joined.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          received.push(...cut.receive(turn, joined.subarray(at, at + size)));
          at += size;
        }
        expect(summary(received)).toEqual(whole);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  test('ignores whatever stands before a packet', () => {
    const noise = fc
      .uint8Array({ maxLength: 30 })
      .map((bytes) => bytes.filter((byte) => byte !== 0xee));
    const identify = fromHex(frameNamed('identify, toggle 0').hex);
    fc.assert(
      fc.property(noise, (bytes) => {
        const received = receiver().receive(0, Uint8Array.of(...bytes, ...identify));
        expect(received.at(-1)).toMatchObject({ kind: 'packet' });
        expect(
          received.filter(({ kind }) => kind === 'packet' || kind === 'bad-packet'),
        ).toHaveLength(1);
      }),
      { seed: 7 },
    );
  });

  test('ends a packet whose bytes stop coming, and hears the next one', () => {
    const identify = fromHex(frameNamed('identify, toggle 0').hex);
    const one = receiver();
    expect(one.receive(10, identify.subarray(0, 7))).toEqual([]);
    expect(one.wakeAtNs()).toBe(10 + INTER_CHARACTER_NS);
    expect(one.wake(9 + INTER_CHARACTER_NS)).toEqual([]);
    const received = one.receive(10 + INTER_CHARACTER_NS, identify);
    expect(received).toMatchObject([{ kind: 'bad-packet', headerCut: false }, { kind: 'packet' }]);
    expect(one.wakeAtNs()).toBe(Infinity);
  });

  test('knows a cut header from a cut packet', () => {
    const one = receiver();
    one.receive(0, fromHex('ee0000'));
    expect(one.wake(INTER_CHARACTER_NS)).toMatchObject([{ kind: 'bad-packet', headerCut: true }]);
  });

  test('waits for silence after a length beyond the agreed one', () => {
    const one = new PacketReceiver(64, INTER_CHARACTER_NS);
    const identify = fromHex(frameNamed('identify, toggle 0').hex);
    expect(one.receive(0, fromHex('ee0000000100aabbcc'))).toEqual([]);
    expect(one.receive(1, identify)).toEqual([]);
    expect(one.receive(1 + INTER_CHARACTER_NS, identify)).toMatchObject([
      { kind: 'bad-packet', reason: 'length: 264 bytes, 64 agreed' },
      { kind: 'packet' },
    ]);
  });

  test('never throws on random or mutated bytes', () => {
    const frames = fc.constantFrom(...ANSI.c1218_frames.map(({ hex }) => fromHex(hex)));
    const mutated = fc.tuple(frames, fc.nat(), fc.nat(255)).map(([frame, at, byte]) => {
      const copy = frame.slice();
      copy[at % copy.length] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(mutated, fc.uint8Array({ maxLength: 40 }))), (chunks) => {
        const one = receiver();
        for (const [turn, chunk] of chunks.entries()) one.receive(turn * NS_PER_MS, chunk);
        one.wake(Infinity);
        expect(one.wakeAtNs()).toBe(Infinity);
      }),
      { seed: 8, numRuns: 500 },
    );
  });
});

test('random bytes are a packet that is written back, or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (tail) => {
      const bytes = Uint8Array.of(0xee, ...tail);
      const packet = unlessRefused(() => decodePacket(bytes));
      return packet === undefined || toHex(encodePacket(packet)) === toHex(bytes);
    }),
    { seed: 9, numRuns: 1000 },
  );
});

function receiver(): PacketReceiver {
  return new PacketReceiver(8192, INTER_CHARACTER_NS);
}

function summary(received: readonly Received[]): string[] {
  return received.map((one) => (one.kind === 'packet' ? toHex(one.raw.bytes) : one.kind));
}
