import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodecError } from '../../../devices/protocol/bytes/codec-error.ts';
import { encodeApdu } from '../../../devices/protocol/c12-22/apdu.ts';
import { encodeWpdu } from '../../../devices/protocol/dlms/wrapper.ts';
import { trunkReceiver } from '../../../rigs/fleet/trunk-link.ts';
import type { StreamReceiver } from '../../../rigs/network/apdu-channel.ts';

const body = fc.uint8Array({ minLength: 1, maxLength: 400, size: 'max' });

/** Cuts a stream that arrives in pieces of these lengths, and the rest. */
function cut(
  receiver: StreamReceiver<Uint8Array>,
  stream: Uint8Array,
  pieces: readonly number[],
): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let at = 0;
  for (const piece of [...pieces, stream.length]) {
    messages.push(...receiver.receive(stream.subarray(at, at + piece)).map((one) => one.slice()));
    at += piece;
  }
  return messages;
}

test.each([
  ['c12-22', (bytes: Uint8Array) => encodeApdu({ epsem: bytes })],
  ['dlms', (bytes: Uint8Array) => encodeWpdu({ source: 1, destination: 16, apdu: bytes })],
] as const)('%s: the same messages come out, however the stream arrives', (language, encode) => {
  fc.assert(
    fc.property(
      fc.array(body, { maxLength: 6 }),
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 20 }),
      (bodies, pieces) => {
        const messages = bodies.map(encode);
        const stream = Uint8Array.from(messages.flatMap((message) => [...message]));
        expect(cut(trunkReceiver(language), stream, pieces)).toEqual(messages);
      },
    ),
    { numRuns: 300, seed: 3 },
  );
});

test('a stream that is out of step is not believed', () => {
  expect(() => trunkReceiver('c12-22').receive(Uint8Array.of(0x61, 3, 1, 2, 3))).toThrow(
    CodecError,
  );
  expect(() => trunkReceiver('c12-22').receive(Uint8Array.of(0x60, 0x84, 1, 2))).toThrow(
    CodecError,
  );
  expect(() => trunkReceiver('dlms').receive(new Uint8Array(8))).toThrow(CodecError);
});
