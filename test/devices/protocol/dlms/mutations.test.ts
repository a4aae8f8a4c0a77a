import { expect, test } from 'vitest';
import { fromHex } from '../../../../devices/protocol/bytes/hex.ts';
import { decodeAcse, encodeAcse, isAcse } from '../../../../devices/protocol/dlms/acse.ts';
import { decodeApdu } from '../../../../devices/protocol/dlms/apdu/decode.ts';
import { encodeApdu } from '../../../../devices/protocol/dlms/apdu/encode.ts';
import { decodeData, encodeData } from '../../../../devices/protocol/dlms/data-codec.ts';
import { decodeDateTime, utcMsOf } from '../../../../devices/protocol/dlms/date-time.ts';
import {
  isCiphered,
  openApdu,
  sealApdu,
} from '../../../../devices/protocol/dlms/security/ciphered-apdu.ts';
import { AUTHENTICATED_ENCRYPTION } from '../../../../devices/protocol/dlms/security/security-control.ts';
import { decodeWpdu, WrapperReceiver } from '../../../../devices/protocol/dlms/wrapper.ts';
import { MUTATIONS, mutate } from '../mutations.ts';
import { DLMS, exchangesOf, isHex, keysOf, PEERS } from './vectors.ts';

/** A million inputs each take some seconds. */
const LONG_MS = 240_000;

const CAPTURED = PEERS.flatMap((peer) => exchangesOf(peer))
  .flatMap(({ request, response }) => [request, response])
  .filter(isHex)
  .map(fromHex);
const ACSE = CAPTURED.filter(isAcse);
const CIPHERED = CAPTURED.filter(isCiphered);
const PLAIN = [
  ...CAPTURED.filter((octets) => !isAcse(octets) && !isCiphered(octets)),
  ...DLMS.apdu.map(({ apdu }) => fromHex(apdu)),
  ...[
    // Services that nobody was recorded with.
    'c2010c07e40101ff00030000ff880000010000616200ff020600000001',
    'd96000000100030100030100010800ff020500030100010800ff020200030046000060030aff01030011070f00',
    'da600000010001020100030100010800ff02030046000060030aff01020600000005000201000303',
    '01011000112233445566778899aabbccddeeff0000065f1f0400007e1f04b0',
    '0800065f1f040000501f01f40007',
    '0e010601',
  ].map(fromHex),
];
const DATA = [
  '020406000000010600000002120001120000',
  '1302020100021109090102010a0304020b0c',
  '0102020209060000010000ff160009060000010000ff0f02',
  '0204040ba4a01700000000180000000000000000140000000000000001',
  '0c02c3a90a0141190102030405060708090a0b0c1a01020304051b01020304ff',
].map(fromHex);
const WPDUS = [...DLMS.wrapper, ...DLMS.push].flatMap(({ frame }) =>
  frame === undefined ? [] : [fromHex(frame)],
);
const DATE_TIMES = DLMS.date_time.map(({ octets }) => fromHex(octets));
const KEYS = keysOf();
const TITLE = fromHex('4D4D4D0000BC614E');

const ignore = (): void => undefined;

/** What was read has to be written, and what is written to be read as the same. */
function settle<T>(value: T, encode: (value: T) => Uint8Array, decode: (octets: Uint8Array) => T) {
  const written = encode(value);
  const again = encode(decode(written));
  if (Buffer.compare(written, again) !== 0) throw new Error('it is written in two ways');
}

const CODECS = {
  'a value of Data': {
    corpus: DATA,
    decode: (octets) => settle(decodeData(octets), encodeData, decodeData),
  },
  'an APDU': {
    corpus: PLAIN,
    decode: (octets) =>
      settle(decodeApdu(octets, { report: ignore }), encodeApdu, (again) => decodeApdu(again)),
  },
  'an APDU of ACSE': {
    corpus: ACSE,
    decode: (octets) =>
      settle(decodeAcse(octets, ignore), encodeAcse, (again) => decodeAcse(again)),
  },
  'a datagram': {
    corpus: WPDUS,
    decode: (octets) => void decodeWpdu(octets),
  },
  'a stream': {
    corpus: WPDUS,
    decode: (octets, random) => {
      const receiver = new WrapperReceiver(4_096);
      const cut = random.below(octets.length + 1);
      receiver.receive(octets.subarray(0, cut));
      receiver.receive(octets.subarray(cut));
    },
  },
  'a date-time': {
    corpus: DATE_TIMES,
    decode: (octets) => void utcMsOf(decodeDateTime(octets)),
  },
} as const satisfies Readonly<
  Record<string, { corpus: readonly Uint8Array[]; decode: Parameters<typeof mutate>[2] }>
>;

test.each(Object.entries(CODECS))(
  '%s: random and mutated octets are read, or refused by the codec itself',
  (_, { corpus, decode }) => {
    const { taken, refused } = mutate(6, corpus, decode);
    expect(taken + refused).toBe(MUTATIONS);
    // Both ways were gone: else the inputs would prove nothing.
    expect(Math.min(taken, refused)).toBeGreaterThan(MUTATIONS / 1_000);
  },
  LONG_MS,
);

/** What the recorded ones say, however their lengths are written. */
const RECORDED = CIPHERED.flatMap((octets) => {
  const opened = openApdu(octets, { systemTitle: TITLE, keys: () => KEYS });
  return opened.outcome === 'good' ? [opened.apdu] : [];
});

test(
  'no mutated ciphered APDU is believed, but for one that says the same',
  () => {
    const plain = fromHex('C001C1000100002A0000FF0200');
    const corpus = (['glo', 'ded', 'general-glo', 'general-ded'] as const).map((form) =>
      sealApdu(plain, {
        form,
        control: AUTHENTICATED_ENCRYPTION,
        keys: KEYS,
        systemTitle: TITLE,
        counter: 7,
      }),
    );
    let believed = 0;
    mutate(7, [...corpus, ...CIPHERED], (octets) => {
      const opened = openApdu(octets, { systemTitle: TITLE, keys: () => KEYS });
      if (opened.outcome !== 'good' || !opened.control.authenticated) return;
      believed += 1;
      // Recorded ones are under the same keys: what is believed is one of those.
      if (Buffer.compare(opened.apdu, plain) === 0) return;
      expect(RECORDED.some((one) => Buffer.compare(one, opened.apdu) === 0)).toBe(true);
    });
    expect(believed).toBeGreaterThan(0);
  },
  LONG_MS,
);
