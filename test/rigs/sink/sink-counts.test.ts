import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeUplink } from '../../../devices/protocol/centron-gprs/uplink.ts';
import { sealApdu } from '../../../devices/protocol/c12-22/secure-apdu.ts';
import { HEAD_END_TITLE, meterTitle, testCiphers } from '../../../rigs/head-end/test-keys.ts';
import { SinkCounter } from '../../../rigs/sink/sink-counts.ts';

const ciphers = testCiphers();

/** A heartbeat as a meter seals it; `keyOf` seals it with the key of another. */
function heartbeat(index: number, iv: number, keyOf = index): Uint8Array {
  return sealApdu(
    { called: HEAD_END_TITLE, calling: meterTitle(index), callingInvocation: iv },
    { services: encodeUplink({ kind: 'heartbeat', sequenceNumber: iv }), response: 'never' },
    {
      mode: 'ciphered',
      cipher: ciphers.cipherOf(keyOf),
      parameters: { keyId: ciphers.keyIdOf(index), iv },
      parametersFrom: 'apdu',
    },
  );
}

function countsOf(datagrams: readonly Uint8Array[]) {
  const counter = new SinkCounter(ciphers);
  for (const datagram of datagrams) counter.receive(datagram);
  return counter.counts();
}

test('what comes once and in order is opened, and nothing is missed', () => {
  const sent = [1, 2, 3].flatMap((iv) => [heartbeat(0, iv), heartbeat(1, iv)]);
  expect(countsOf(sent)).toEqual({
    received: 6,
    opened: 6,
    badMac: 0,
    unknownMeter: 0,
    malformed: 0,
    duplicates: 0,
    outOfOrder: 0,
    lost: 0,
    sent: 6,
    meters: 2,
  });
});

test('a gap is a loss until it is filled, and then it is out of order', () => {
  expect(countsOf([heartbeat(0, 1), heartbeat(0, 4)])).toMatchObject({ lost: 2, sent: 4 });
  expect(countsOf([heartbeat(0, 1), heartbeat(0, 4), heartbeat(0, 2)])).toMatchObject({
    lost: 1,
    outOfOrder: 1,
    sent: 4,
  });
});

test('the same message again is a duplicate, never a message', () => {
  const twice = [heartbeat(0, 1), heartbeat(0, 1), heartbeat(0, 2)];
  expect(countsOf(twice)).toMatchObject({ opened: 3, duplicates: 1, sent: 2, lost: 0 });
});

test('another key, a flipped byte and noise are each told apart', () => {
  const flipped = heartbeat(0, 2);
  flipped[flipped.length - 6] = (flipped[flipped.length - 6] ?? 0) ^ 1;
  const counts = countsOf([heartbeat(0, 1, 1), flipped, Uint8Array.of(1, 2, 3)]);
  expect(counts).toMatchObject({ received: 3, opened: 0, badMac: 2, malformed: 1 });
});

test('a sender that starts again with a new block of IVs has lost nothing', () => {
  const sent = [heartbeat(0, 1), heartbeat(0, 65_537), heartbeat(0, 65_538)];
  expect(countsOf(sent)).toMatchObject({ lost: 0, duplicates: 0, sent: 3 });
});

test('whatever is dropped, doubled and shuffled, the counts add up', () => {
  const fates = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 12 });
  fc.assert(
    fc.property(fates, fc.infiniteStream(fc.nat()), (copies, order) => {
      const ivs = copies.flatMap((count, at) => Array.from({ length: count }, () => at + 1));
      fc.pre(ivs.length > 0);
      const shuffled = ivs
        .map((iv) => [order.next().value ?? 0, iv] as const)
        .sort(([one], [other]) => one - other);
      const counts = countsOf(shuffled.map(([, iv]) => heartbeat(0, iv)));
      const distinct = new Set(ivs);
      expect(counts.opened).toBe(ivs.length);
      const span = Math.max(...ivs) - Math.min(...ivs) + 1;
      expect(counts.duplicates).toBe(ivs.length - distinct.size);
      expect(counts.lost).toBe(span - distinct.size);
      expect(counts.sent).toBe(span);
    }),
    { numRuns: 200 },
  );
});
