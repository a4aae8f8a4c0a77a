import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TRANSACTION_KINDS } from '../../../../devices/domain/northbound.ts';
import { sentCompressed } from '../../../../devices/meter/rules/module.ts';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { crc16X25 } from '../../../../devices/protocol/bytes/crc16.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  type UplinkKind,
  UPLINK_ADDRESSEE,
} from '../../../../devices/protocol/centron-gprs/messages.ts';
import {
  compressPayload,
  DICTIONARY,
  expandPayload,
  MOST_PAYLOAD_BYTES,
} from '../../../../devices/protocol/mqtt/compression.ts';
import {
  decodeTransaction,
  decodeTransactionAnswer,
  decodeUplink,
  decodeUplinkAnswer,
  encodeTransaction,
  encodeTransactionAnswer,
  encodeUplink,
  encodeUplinkAnswer,
} from '../../../../devices/protocol/mqtt/messages.ts';
import {
  answerableAs,
  decodePayload,
  encodePayload,
} from '../../../../devices/protocol/mqtt/payload.ts';
import type { Encoding } from '../../../../devices/protocol/mqtt/texts.ts';
import { withPlace } from '../../../../harness/main/written-places.ts';
import {
  answeredTransaction,
  answeredUplink,
  pin,
  transaction,
  uplink,
} from '../centron-gprs/arbitraries.ts';
import { mutate } from '../mutations.ts';
import { unlessRefused } from '../vectors.ts';
import { EXAMPLES } from './examples.ts';
import { messagePage } from './message-page.ts';

const ENCODINGS = ['cbor', 'json'] as const satisfies readonly Encoding[];
const PAGE = 'docs/mqtt.md';
const encoding = fc.constantFrom(...ENCODINGS);
const number = fc.integer({ min: 1, max: 0xffff_ffff });
const LAST_GASP = encodeUplink({ kind: 'last-gasp', outageNumber: 7, lostAtMs: 1 });

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Compressed, for one reason or another. */
const asSent = (bytes: Uint8Array): Uint8Array =>
  compressPayload(bytes, (length, compressed) => length % 2 === 0 || compressed() < length);
const block = (pulses: string, status: string): string =>
  `{"block":{"endMinutes":1,"intervalMinutes":5,"registerPulses":1,"pulses":[${pulses}],"status":[${status}]}}`;
const bodyOf = (json: string) => decodePayload(utf8(`{"n":1,"body":${json}}`)).body;

test('docs/mqtt.md shows the topic and the payload of every message', () => {
  const page = readFileSync(PAGE, 'utf8');
  const fresh = withPlace(page, 'messages', messagePage());
  if (process.env['METERBENCH_FIGURES'] === 'write') writeFileSync(PAGE, fresh);
  expect(page).toBe(fresh);
  const shown = EXAMPLES.map(({ topic }) => topic.split('/').at(-1));
  const kinds = [...Object.keys(UPLINK_ADDRESSEE), ...TRANSACTION_KINDS, 'answer', 'response'];
  expect(new Set(shown)).toEqual(new Set(kinds));
});

test.each(EXAMPLES.flatMap((example) => ENCODINGS.map((as) => ({ ...example, as }))))(
  '$as of $topic is read as it was written',
  ({ head, value, body, decode, as }) => {
    const read = decodePayload(encodePayload(head, body, as));
    expect(read).toMatchObject({ ...head, encoding: as });
    expect(decode(read.body)).toEqual(value);
  },
);

describe('messages come back as they were said, in both encodings, compressed or not', () => {
  test('uplinks', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(uplink, encoding, number, (said, as, own) => {
        seen.add(`${said.kind} ${as}`);
        const read = decodePayload(asSent(encodePayload({ number: own }, encodeUplink(said), as)));
        expect(read.number).toBe(own);
        expect(decodeUplink(said.kind, read.body)).toEqual(said);
      }),
      { seed: 1, numRuns: 2000 },
    );
    expect(seen.size).toBe(2 * Object.keys(UPLINK_ADDRESSEE).length);
  });

  test('answers to uplinks', () => {
    const heads = fc.record({ number, answers: number });
    fc.assert(
      fc.property(answeredUplink, encoding, heads, ([kind, answer], as, head) => {
        const read = decodePayload(
          asSent(encodePayload(head, encodeUplinkAnswer(kind, answer), as)),
        );
        expect(read).toMatchObject(head);
        expect(decodeUplinkAnswer(kind, read.body)).toEqual(answer);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  test('transactions with and without a PIN, and further attempts', () => {
    fc.assert(
      fc.property(transaction, encoding, number, pin, (asked, as, own, code) => {
        const head = { number: own, repeats: 1, ...(code !== null && { pin: code }) };
        const read = decodePayload(asSent(encodePayload(head, encodeTransaction(asked), as)));
        expect(read).toMatchObject(head);
        expect(answerableAs(read)).toBe(1);
        expect(decodeTransaction(asked.kind, read.body)).toEqual(asked);
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  test('answers to transactions', () => {
    fc.assert(
      fc.property(answeredTransaction, encoding, number, ([kind, answer, hadPin], as, own) => {
        const body = encodeTransactionAnswer(kind, answer, hadPin);
        const read = decodePayload(asSent(encodePayload({ number: own, answers: own }, body, as)));
        expect(decodeTransactionAnswer(kind, read.body, hadPin)).toEqual(answer);
      }),
      { seed: 4, numRuns: 2000 },
    );
  });
});

test('one value has one payload, whatever the order of its members', () => {
  const [one, other] = [
    { kind: 'last-gasp', outageNumber: 7, lostAtMs: 1 } as const,
    { lostAtMs: 1, kind: 'last-gasp', outageNumber: 7 } as const,
  ];
  for (const as of ENCODINGS) {
    const bytes = encodePayload({ number: 1, answers: 2 }, encodeUplink(one), as);
    expect(encodePayload({ answers: 2, number: 1 }, encodeUplink(other), as)).toEqual(bytes);
  }
});

test('an integer of JSON is exact to the last digit, and refused beyond', () => {
  for (const deviationNs of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0]) {
    const said = { kind: 'clock-deviation', deviationNs } as const;
    const bytes = encodePayload({ number: 1 }, encodeUplink(said), 'json');
    expect(Buffer.from(bytes).toString()).toContain(`:${deviationNs}}`);
    expect(decodeUplink('clock-deviation', decodePayload(bytes).body)).toEqual(said);
  }
  const beyond = bodyOf('{"deviationNs":9007199254740993}');
  expect(() => decodeUplink('clock-deviation', beyond)).toThrow('deviationNs');
});

describe('bytes that are no payload are refused', () => {
  const GOOD = 'a2616e0164626f6479a26c6f75746167654e756d62657207686c6f737441744d7301';

  test('while the right ones are read', () => {
    const { body } = decodePayload(fromHex(GOOD));
    expect(decodeUplink('last-gasp', body)).toMatchObject({ outageNumber: 7, lostAtMs: 1 });
  });

  test.each([
    ['nothing', '', 'neither'],
    ['a list', '80', 'neither'],
    ['a text', '6161', 'neither'],
    ['a member that stands twice', `a3616e01616e01${GOOD.slice(8)}`, 'repeat map key'],
    ['bytes that follow', `${GOOD}00`, 'too many'],
    ['a map of open length', `bf${GOOD.slice(2)}ff`, 'indefinite'],
    ['a number that is longer than needed', `a2616e1801${GOOD.slice(8)}`, 'more bytes'],
    ['a fraction', `a2616ef93c00${GOOD.slice(8)}`, 'a fraction'],
    ['undefined', 'a2616e0164626f6479f7', 'undefined'],
    ['a tag', 'a2616e0164626f6479c000', 'tag'],
    ['a key that is no text', 'a3616e0164626f6479a00102', 'unknown member'],
    ['an unknown member', 'a3616e0164626f6479a0617800', 'unknown member'],
    ['no number', 'a164626f6479a0', 'n is missing'],
    ['no body', 'a1616e01', 'body is missing'],
    ['the number 0', 'a2616e0064626f6479a0', '1 to 4294967295 wanted, 0 found'],
    ['a number of 33 bits', 'a2616e1b000000010000000064626f6479a0', '4294967296 found'],
    ['a number of 64 bits', 'a2616e1bffffffffffffffff64626f6479a0', 'safe integer'],
    ['a negative number', 'a2616e2064626f6479a0', '-1 found'],
    ['a PIN that is too short', 'a3616e016370696e413164626f6479a0', 'pin: 20 bytes wanted'],
    ['bytes cut off', GOOD.slice(0, -2), 'no CBOR'],
    ['ten thousand lists in each other', `a1616e${'81'.repeat(10_000)}`, 'no CBOR'],
  ])('%s, in CBOR', (_, hex, why) => {
    expect(() => decodePayload(fromHex(hex))).toThrow(CodecError);
    expect(() => decodePayload(fromHex(hex))).toThrow(why);
  });

  test.each([
    ['a member that stands twice', '{"n":1,"n":1,"body":{}}', 'repeat map key'],
    ['a member of the body that stands twice', '{"n":1,"body":{"a":1,"a":1}}', 'repeat map key'],
    ['what follows', '{"n":1,"body":{}}{}', 'grammar'],
    ['a fraction', '{"n":1.0,"body":{}}', 'a fraction'],
    ['an exponent', '{"n":1e0,"body":{}}', 'a fraction'],
    ['a zero in front', '{"n":01,"body":{}}', 'grammar'],
    ['a number as a text', '{"n":"1","body":{}}', 'a string found'],
    ['a comma too many', '{"n":1,"body":{},}', 'grammar'],
    ['a PIN in capitals', `{"n":1,"pin":"${'AB'.repeat(20)}","body":{}}`, '20 bytes wanted'],
    ['a space before it', ' {"n":1,"body":{}}', 'neither'],
  ])('%s, in JSON', (_, text, why) => {
    expect(() => decodePayload(utf8(text))).toThrow(CodecError);
    expect(() => decodePayload(utf8(text))).toThrow(why);
  });

  test('what is not UTF-8, in JSON', () => {
    const bytes = Buffer.from('{"n":1,"body":{"a":"\u00ff"}}', 'latin1');
    expect(() => decodePayload(bytes)).toThrow('grammar');
  });

  test('a PIN is in no error', () => {
    const secret = '31323334';
    for (const text of [
      `{"n":1,"pin":"${secret}","body":{}}`,
      `{"n":1,"pin":{"a":"${secret}"},"body":{}}`,
      `{"n":1,"pin":"${secret}`,
    ]) {
      expect(() => decodePayload(utf8(text))).toThrow(CodecError);
      expect(() => decodePayload(utf8(text))).not.toThrow(secret);
    }
  });
});

describe('bodies that are none of their kind are refused', () => {
  const IDENTITY =
    '"identity":{"serial":"1","barcode":"","iccId":"","msisdn":"","moduleVersion":"","metrologyVersion":""}';

  test.each<[UplinkKind, string, string]>([
    ['heartbeat', '{"sequenceNumber":1,"kind":"heartbeat"}', 'unknown member'],
    ['heartbeat', '{}', 'sequenceNumber is missing'],
    ['heartbeat', '[]', 'a map wanted, a list found'],
    ['heartbeat', '{"sequenceNumber":null}', 'null found'],
    ['heartbeat', '{"__proto__":1,"sequenceNumber":1}', 'unknown member'],
    ['last-gasp', '{"outageNumber":1,"lostAtMs":281474976710656}', 'lostAtMs'],
    ['registration', `{${IDENTITY},"apTitle":"one","registrationNumber":1}`, 'title'],
    ['registration', `{${IDENTITY},"apTitle":".1","registrationNumber":-1}`, 'registrationNumber'],
    ['auto-configuration', `{${IDENTITY.replace('"1"', '"\u20ac"')}}`, 'character 1'],
    ['auto-configuration', `{${IDENTITY.replace('"1"', `"${'x'.repeat(256)}"`)}}`, '256 found'],
    ['auto-configuration', `{${IDENTITY.replace('"1"', '1')}}`, 'a text wanted'],
    ['interval-report', block('1,2', '0'), 'a status for each wanted, 2 with 1 found'],
    ['interval-report', block('1', '256'), 'status'],
    ['interval-report', block(Array(97).fill(1).join(), Array(97).fill(0).join()), '97 found'],
  ])('%s: %s', (kind, json, why) => {
    expect(() => decodeUplink(kind, bodyOf(json))).toThrow(CodecError);
    expect(() => decodeUplink(kind, bodyOf(json))).toThrow(why);
  });

  test.each([
    ['configure-clock-sync', '{"enabled":1,"lowerMs":1,"upperMs":1,"cycleMs":1}', 'true or false'],
    ['write-parameter', '{"key":"pin","value":""}', 'key: one of apn'],
    ['read-intervals', '{"count":0}', '1 to 96 wanted'],
    ['read-intervals', '{"count":97}', '1 to 96 wanted'],
    ['get-version', '{"a":1}', 'unknown member'],
  ] as const)('%s: %s', (kind, json, why) => {
    expect(() => decodeTransaction(kind, bodyOf(json))).toThrow(why);
  });

  test.each([
    ['get-version', '{"outcome":"done"}', "'version' wanted, 'done' found"],
    ['configure-push', '{"outcome":"nothing"}', 'without a known outcome'],
    ['configure-push', '"done"', 'without a known outcome'],
    ['configure-push', '{"outcome":"refused","code":"ok","wrongPin":false}', 'code: one of err'],
    ['configure-push', '{"outcome":"refused","code":"iar","wrongPin":true}', 'is isc, not iar'],
    ['configure-push', '{"outcome":"toString"}', 'without a known outcome'],
    ['read-parameters', '{"outcome":"parameters","parameters":{"pin":"1"}}', 'unknown member'],
  ] as const)('the answer to %s: %s', (kind, json, why) => {
    expect(() => decodeTransactionAnswer(kind, bodyOf(json), true)).toThrow(why);
  });

  test('a PIN that was not sent was not wrong', () => {
    const refused = { outcome: 'refused', code: 'isc', wrongPin: true } as const;
    expect(() => encodeTransactionAnswer('get-version', refused, false)).toThrow('was sent');
    const body = bodyOf('{"outcome":"refused","code":"isc","wrongPin":true}');
    expect(() => decodeTransactionAnswer('get-version', body, false)).toThrow('was sent');
    expect(decodeTransactionAnswer('get-version', body, true)).toEqual(refused);
  });

  test('an answer of another kind cannot be given or taken', () => {
    expect(() => encodeUplinkAnswer('registration', { outcome: 'accepted' })).toThrow('registered');
    expect(() => decodeUplinkAnswer('registration', bodyOf('{"outcome":"accepted"}'))).toThrow(
      "'registered' wanted",
    );
    expect(decodeUplinkAnswer('last-gasp', bodyOf('{"outcome":"accepted"}'))).toEqual({
      outcome: 'accepted',
    });
  });

  test('a number that does not fit its member cannot be said', () => {
    for (const lostAtMs of [0.5, -1, Number.NaN, 2 ** 48]) {
      const said = { kind: 'last-gasp', outageNumber: 1, lostAtMs } as const;
      expect(() => encodeUplink(said)).toThrow(CodecError);
    }
    expect(() => encodePayload({ number: 0 }, LAST_GASP, 'cbor')).toThrow('n: 1 to');
    expect(() => encodePayload({ number: 1, pin: fromHex('31') }, LAST_GASP, 'cbor')).toThrow(
      'pin: 20 bytes wanted',
    );
  });
});

describe('a compressed payload', () => {
  const registration = EXAMPLES[1];
  if (registration === undefined) throw new Error('there is no registration');

  test.each(ENCODINGS)('of a registration in %s is shorter by far, and means the same', (as) => {
    const said = encodePayload(registration.head, registration.body, as);
    const sent = compressPayload(said, sentCompressed);
    expect(sent[0]).toBe(0x7a);
    expect(sent.length).toBeLessThan(said.length / 3);
    expect(expandPayload(sent)).toEqual(said);
    expect(decodePayload(sent)).toEqual(decodePayload(said));
  });

  test('is not made of what would get longer, when the rule says so', () => {
    const heartbeat = encodePayload({ number: 1 }, {}, 'cbor');
    expect(compressPayload(heartbeat, sentCompressed)).toEqual(heartbeat);
    expect(compressPayload(heartbeat, () => true)[0]).toBe(0x7a);
    expect(expandPayload(compressPayload(heartbeat, () => true))).toEqual(heartbeat);
  });

  test('has the one dictionary that both ends know', () => {
    // Whatever changes it cuts off the meters that are out there.
    expect(DICTIONARY).toHaveLength(590);
    expect(crc16X25(DICTIONARY)).toBe(19_385);
  });

  test('that is damaged or lies about its length is refused', () => {
    const sent = compressPayload(
      encodePayload(registration.head, registration.body, 'cbor'),
      () => true,
    );
    const [longer, shorter] = [sent.slice(), sent.slice()];
    longer[2] = (longer[2] ?? 0) + 1;
    shorter[2] = (shorter[2] ?? 0) - 1;
    expect(() => decodePayload(longer)).toThrow('bytes of data wanted');
    expect(() => decodePayload(shorter)).toThrow('more found');
    expect(() => decodePayload(sent.subarray(0, -4))).toThrow(CodecError);
    expect(() => decodePayload(fromHex('7aff'))).toThrow('length');
    expect(() => decodePayload(fromHex('7affff00'))).toThrow('65535 in');
    expect(() => decodePayload(new Uint8Array(MOST_PAYLOAD_BYTES + 1))).toThrow('at most');
    // In itself: what is in it begins with the mark, and is neither CBOR nor JSON.
    expect(() => decodePayload(compressPayload(sent, () => true))).toThrow('neither');
    expect(decodePayload(sent)).toMatchObject({ number: registration.head.number });
  });
});

test.each(ENCODINGS)('whatever bytes come, nothing but a CodecError is thrown (%s)', (as) => {
  const corpus = EXAMPLES.flatMap(({ head, body }) => {
    const said = encodePayload(head, body, as);
    return [said, compressPayload(said, () => true)];
  });
  const outcomes = mutate(as === 'cbor' ? 10 : 11, corpus, (bytes, random) => {
    const { body } = decodePayload(bytes);
    random.one(EXAMPLES).decode(body);
  });
  // Both happened: bytes that are nearly right reach the depths of the decoder.
  expect(Math.min(outcomes.taken, outcomes.refused)).toBeGreaterThan(500);
});

test('bytes that are read are written again as they came', () => {
  let read = 0;
  const payloads = fc.constantFrom(
    ...EXAMPLES.map(({ head, body }) => toHex(encodePayload(head, body, 'cbor'))),
  );
  fc.assert(
    fc.property(payloads, fc.nat(), fc.integer({ min: 0, max: 255 }), (hex, at, byte) => {
      const bytes = fromHex(hex);
      bytes[at % bytes.length] = byte;
      const payload = unlessRefused(() => decodePayload(bytes));
      const gasp = payload && unlessRefused(() => decodeUplink('last-gasp', payload.body));
      if (payload === undefined || gasp === undefined) return;
      read++;
      const { body: _, encoding: as, ...head } = payload;
      expect(toHex(encodePayload(head, encodeUplink(gasp), as))).toBe(toHex(bytes));
    }),
    { seed: 5, numRuns: 5000 },
  );
  expect(read).toBeGreaterThan(20);
});
