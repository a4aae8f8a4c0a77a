import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NS_PER_MS } from '../../../../devices/domain/time.ts';
import { toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { encodeFrame } from '../../../../devices/protocol/hdlc/frame.ts';
import { FrameReceiver, type ReceivedFrame } from '../../../../devices/protocol/hdlc/receiver.ts';
import { SeededBytes } from '../seeded-bytes.ts';
import { FRAMES, frameNamed, VECTORS } from './vectors.ts';

const INTER_OCTET_NS = 500 * NS_PER_MS;
const RR = frameNamed('RR, N(R)=4');

function receiver(echo: 'discard' | 'none' = 'none'): FrameReceiver {
  return new FrameReceiver(INTER_OCTET_NS, echo);
}

function summary(received: readonly ReceivedFrame[]): string[] {
  return received.map((one) =>
    one.kind === 'frame' ? toHex(encodeFrame(one.frame)).toUpperCase() : `bad: ${one.reason}`,
  );
}

function bytesOf(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const HEX = VECTORS.map(({ hex }) => hex);

describe('frames come out of a stream', () => {
  test('with two flags between them, with one, and with many', () => {
    const apart = bytesOf(...FRAMES);
    const shared = bytesOf(...FRAMES.map((frame, at) => (at === 0 ? frame : frame.subarray(1))));
    const idle = bytesOf(...FRAMES.flatMap((frame) => [frame, Uint8Array.of(0x7e, 0x7e, 0x7e)]));
    for (const stream of [apart, shared, idle]) {
      const one = receiver();
      expect(summary(one.receive(0, stream))).toEqual(HEX);
      expect(one.wakeAtNs()).toBe(Infinity);
    }
  });

  test('however it is cut', () => {
    const stream = bytesOf(...FRAMES.flatMap((frame) => [frame, Uint8Array.of(0x00, 0xff)]));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
        const one = receiver();
        const received: ReceivedFrame[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          received.push(...one.receive(turn, stream.subarray(at, at + size)));
          at += size;
        }
        expect(summary(received)).toEqual(HEX);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  test('also when a flag stands within one', () => {
    const [frame] = receiver().receive(0, frameNamed('I-frame with AARQ'));
    if (frame?.kind !== 'frame') throw new Error('the vector is no frame');
    const information = Uint8Array.of(0x7e, 0xa0, 0x07, 0x7e, 0x7e);
    const bytes = encodeFrame({ ...frame.frame, information });
    const received = receiver().receive(0, bytesOf(bytes, RR));
    expect(received).toMatchObject([{ kind: 'frame', frame: { information } }, { kind: 'frame' }]);
  });

  test('the bytes that were handed in may be used again', () => {
    const one = receiver();
    const bytes = RR.slice(0, 6);
    one.receive(0, bytes);
    bytes.fill(0);
    expect(summary(one.receive(1, RR.subarray(6)))).toEqual([toHex(RR).toUpperCase()]);
  });
});

describe('what is spoilt', () => {
  test('is told, and costs no frame that follows', () => {
    const spoilt = RR.with(5, 0x00);
    const received = receiver().receive(0, bytesOf(spoilt, RR));
    expect(summary(received)).toEqual([
      'bad: FCS: 11ad sent, 94ad computed',
      toHex(RR).toUpperCase(),
    ]);
  });

  test('with octets missing ends at the next silence, and what it swallowed is found', () => {
    const one = receiver();
    const cut = bytesOf(frameNamed('I-frame with AARE').subarray(0, 30), RR);
    expect(one.receive(7, cut)).toEqual([]);
    expect(one.wakeAtNs()).toBe(7 + INTER_OCTET_NS);
    expect(one.wake(6 + INTER_OCTET_NS)).toEqual([]);
    expect(summary(one.wake(7 + INTER_OCTET_NS))).toEqual([
      'bad: the frame stopped after 39 octets',
      toHex(RR).toUpperCase(),
    ]);
    expect(one.wakeAtNs()).toBe(Infinity);
  });

  test('in its length is told at once', () => {
    expect(summary(receiver().receive(0, Uint8Array.of(0x7e, 0xa0, 0x03)))).toEqual([
      'bad: the format tells no possible length',
    ]);
  });

  test('of many flags takes no time', () => {
    const flags = new Uint8Array(1_000_000).fill(0x7e);
    expect(receiver().receive(0, flags)).toEqual([]);
  });
});

describe('a head that hears itself', () => {
  test('an echo is taken out once, the same frame again is heard', () => {
    const one = receiver('discard');
    one.sent(RR);
    expect(one.receive(0, RR)).toEqual([]);
    expect(one.receive(1, RR)).toHaveLength(1);
  });

  test('an echo that did not come is not awaited for ever', () => {
    const one = receiver('discard');
    one.sent(RR);
    expect(one.receive(0, frameNamed('I-frame with AARE'))).toHaveLength(1);
    expect(one.receive(1, RR)).toHaveLength(1);
  });
});

test('random and mutated bytes never throw, and frames behind them are found', () => {
  const chance = new SeededBytes(9);
  const one = receiver();
  let [nowNs, frames] = [0, 0];
  for (let turn = 0; turn < 100_000; turn++) {
    const bytes = someBytes(chance);
    frames += one.receive(nowNs, bytes).filter(({ kind }) => kind === 'frame').length;
    nowNs += chance.below(20) === 0 ? INTER_OCTET_NS : NS_PER_MS;
    if (turn % 100 !== 0) continue;
    nowNs += INTER_OCTET_NS;
    one.wake(nowNs);
    expect(one.wakeAtNs()).toBe(Infinity);
    expect(summary(one.receive(nowNs, RR)).at(-1)).toBe(toHex(RR).toUpperCase());
  }
  expect(frames).toBeGreaterThan(5_000);
});

function someBytes(chance: SeededBytes): Uint8Array {
  const frame = chance.one(FRAMES);
  switch (chance.below(4)) {
    case 0:
      return chance.bytes(chance.below(60));
    case 1:
      return frame;
    default:
      return chance.mutated(frame);
  }
}
