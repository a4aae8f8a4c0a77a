import { expect, test } from 'vitest';
import { fromHex } from '../../../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../../../devices/protocol/c12-22/ap-title.ts';
import { ApduReceiver } from '../../../../devices/protocol/c12-22/apdu-receiver.ts';
import { decodeApdu } from '../../../../devices/protocol/c12-22/apdu.ts';
import { BerReader } from '../../../../devices/protocol/c12-22/ber.ts';
import { createTableEaxPrimeCipher } from '../../../../devices/protocol/c12-22/eax-prime-tables.ts';
import { decodeContent, decodeControl } from '../../../../devices/protocol/c12-22/epsem.ts';
import { Association } from '../../../../devices/protocol/c12-22/node/association.ts';
import { C1222Node } from '../../../../devices/protocol/c12-22/node/server.ts';
import { openApdu } from '../../../../devices/protocol/c12-22/secure-apdu.ts';
import { decodeFeatures, encodeFeatures } from '../../../../devices/protocol/psem/feature.ts';
import {
  decodeNetworkAnswer,
  decodeNetworkRequest,
} from '../../../../devices/protocol/psem/network-service.ts';
import { encodeRequest } from '../../../../devices/protocol/psem/request.ts';
import { decodeResponse } from '../../../../devices/protocol/psem/response.ts';
import { recordedHost } from '../meter-host.ts';
import { MUTATIONS, mutate } from '../mutations.ts';
import { APDUS, CLEAR_SERVICES, keyringOf, PROTECTED_APDUS } from './vectors.ts';

const WHOLE = APDUS.map(({ apdu }) => fromHex(apdu));
const EPSEM = WHOLE.map((apdu) => decodeApdu(apdu).epsem);
const TITLES = ['.1.2', '.123.8437', '1.3.6.1.4.1.33507.1919', '2.16.124.113620.1.22.0.4'].map(
  (text) => ApTitle.of(text).uid,
);
const NETWORK_SERVICES = CLEAR_SERVICES.map(({ service }) => fromHex(service).subarray(1));
const SESSION_CONTROL = encodeFeatures([
  { feature: 'authentication', type: 1, algorithm: 2 },
  { feature: 'session-control', sessions: 3, sessionless: true },
  { feature: 'device-class', identifier: ApTitle.of('.9') },
  { feature: 'device-identity', format: 1, identity: fromHex('0102') },
]);

/** A million inputs each take some seconds. */
const LONG_MS = 240_000;

/** Each codec with good inputs of it. */
const CODECS = {
  'an APDU': { corpus: WHOLE, decode: (bytes) => void decodeApdu(bytes) },
  'an envelope of services': {
    corpus: EPSEM,
    decode: (bytes) => void decodeContent(decodeControl(bytes[0] ?? 0), bytes.subarray(1)),
  },
  'a title': {
    corpus: TITLES,
    decode: (bytes) => void ApTitle.read(new BerReader(bytes), 'title').toAbsoluteString(),
  },
  'a request of the network': {
    corpus: NETWORK_SERVICES,
    decode: (bytes, random) => {
      const service = (['register', 'deregister', 'resolve', 'trace'] as const)[random.below(4)];
      decodeNetworkRequest(service ?? 'trace', bytes);
    },
  },
  'an answer of the network': {
    corpus: NETWORK_SERVICES,
    decode: (bytes, random) => {
      const service = (['register', 'deregister', 'resolve', 'trace'] as const)[random.below(4)];
      decodeNetworkAnswer(service ?? 'trace', bytes);
    },
  },
  'a list of features': {
    corpus: [SESSION_CONTROL],
    decode: (bytes) => void decodeFeatures(bytes),
  },
  'a stream of APDUs': {
    corpus: WHOLE,
    decode: (bytes, random) => {
      const receiver = new ApduReceiver(4_096);
      const cut = random.below(bytes.length + 1);
      receiver.receive(bytes.subarray(0, cut));
      receiver.receive(bytes.subarray(cut));
    },
  },
} as const satisfies Readonly<
  Record<string, { corpus: readonly Uint8Array[]; decode: Parameters<typeof mutate>[2] }>
>;

test.each(Object.entries(CODECS))(
  '%s: random and mutated bytes are read, or refused by the codec itself',
  (_, { corpus, decode }) => {
    const { taken, refused } = mutate(22, corpus, decode);
    expect(taken + refused).toBe(MUTATIONS);
    // Both ways were gone: else the inputs would prove nothing.
    expect(Math.min(taken, refused)).toBeGreaterThan(MUTATIONS / 1_000);
  },
  LONG_MS,
);

test(
  'no mutated APDU is believed, but for one that is as it was',
  () => {
    const [vector] = PROTECTED_APDUS;
    if (vector === undefined) throw new Error('a protected APDU is wanted');
    const good = fromHex(vector.apdu);
    const cipher = createTableEaxPrimeCipher(fromHex(vector.key));
    const keyring = { ...keyringOf(vector), cipher: () => cipher };
    const believed = new Map<string, number>();
    mutate(23, [good], (bytes) => {
      if (openApdu(bytes, keyring).outcome !== 'good') return;
      const { authentication, frame } = decodeApdu(bytes);
      expect(authentication).toEqual(decodeApdu(good).authentication);
      const hex = Buffer.from(frame.bytes).toString('hex');
      believed.set(hex, (believed.get(hex) ?? 0) + 1);
    });
    // A MAC of four bytes is guessed once in 2^32: a million tries find the good one alone.
    for (const hex of believed.keys()) {
      const { called, calling, epsem } = decodeApdu(fromHex(hex));
      const original = decodeApdu(good);
      expect(epsem).toEqual(original.epsem);
      expect(called?.toAbsoluteString()).toBe(original.called?.toAbsoluteString());
      expect(calling?.toAbsoluteString()).toBe(original.calling?.toAbsoluteString());
    }
    expect(believed.size).toBeGreaterThan(0);
  },
  LONG_MS,
);

test(
  'a node that hears a million mutated APDUs goes on, and serves the next caller',
  () => {
    const key = fromHex('00112233445566778899aabbccddeeff');
    const cipher = createTableEaxPrimeCipher(key);
    const title = ApTitle.of('.1.7');
    let iv = 0;
    const node = new C1222Node({
      host: recordedHost(),
      identity: {
        title,
        device: { standard: 3, version: 1, revision: 0, features: new Uint8Array() },
        nativeAddress: new Uint8Array(),
      },
      cipherOf: (keyId) => (keyId === 5 ? cipher : undefined),
      nextIv: () => ++iv,
    });
    const callers = (['clear', 'authenticated', 'ciphered'] as const).map(
      (mode) =>
        new Association({
          called: title,
          calling: ApTitle.of('.2.9'),
          security: mode === 'clear' ? null : { mode, cipher, keyId: 5 },
          nextIv: () => ++iv,
          firstInvocation: 1,
        }),
    );
    const services = [
      encodeRequest({ service: 'security', password: new Uint8Array(20), userId: 1 }),
      encodeRequest({ service: 'read', table: 1, part: { by: 'whole' } }),
      encodeRequest({ service: 'trace', titles: [title] }),
      encodeRequest({ service: 'logon', userId: 1, user: new Uint8Array(10), idleTimeoutS: 1 }),
      encodeRequest({ service: 'write', table: 7, part: { by: 'whole' }, data: fromHex('090001') }),
    ];
    const corpus = callers.flatMap((caller) =>
      services.map((_, at) => caller.ask({ services: services.slice(at, at + 2) })),
    );
    mutate(24, corpus, (bytes, random) => {
      node.receive(random.below(100) * 1e9, `path ${random.below(3)}`, bytes);
    });
    const { received, malformed, badMac, answered } = node.counters;
    expect(received).toBe(MUTATIONS);
    expect(Math.min(malformed, badMac, answered)).toBeGreaterThan(1_000);
    for (const caller of callers) {
      const bytes = caller.ask({ services: services.slice(1, 2) });
      const answer = caller.accept(node.receive(200e9, 'here', bytes) ?? new Uint8Array());
      const [service = new Uint8Array()] = answer.is === 'answer' ? answer.services : [];
      expect(decodeResponse(service, 'read')).toMatchObject({ answers: 'read' });
    }
  },
  LONG_MS,
);
