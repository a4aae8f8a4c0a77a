import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../../../devices/protocol/c12-22/ap-title.ts';
import { ApduReceiver } from '../../../../devices/protocol/c12-22/apdu-receiver.ts';
import {
  answerHead,
  decodeApdu,
  encodeApdu,
  readFrame,
  writeFrame,
} from '../../../../devices/protocol/c12-22/apdu.ts';
import type { ApduFields } from '../../../../devices/protocol/c12-22/apdu.ts';
import { unlessRefused } from '../vectors.ts';
import { APDUS, CLEAR_SERVICES } from './vectors.ts';

/** An APDU of these elements, whose lengths it adds. */
function apduOf(...elements: readonly string[]): Uint8Array {
  return writeFrame(elements.map((hex) => ({ raw: fromHex(hex) })));
}

const CALLED = 'a20480027b04';
const CALLING = 'a60480027b05';
const INVOCATION = 'a803020101';
const INFORMATION = 'be0728058103800120';

describe.each(APDUS)('$name', (vector) => {
  const bytes = fromHex(vector.apdu);
  const apdu = decodeApdu(bytes);

  test('its fields are those of the vector', () => {
    expect(apdu.called?.toString()).toBe(vector.called);
    expect(apdu.calling?.toString()).toBe(vector.calling);
    expect(apdu.calledInvocation).toBe(vector.calledInvocation);
    expect(apdu.callingInvocation).toBe(vector.callingInvocation);
    expect(apdu.epsem[0]).toBe(Number(vector.epsemControl));
  });

  test('it is written back to the same bytes, from its elements and from its meaning', () => {
    expect(toHex(writeFrame(readFrame(bytes).elements))).toBe(vector.apdu);
    expect(toHex(encodeApdu(apdu))).toBe(vector.apdu);
  });
});

test.each(CLEAR_SERVICES)(
  'clear APDU $name has the fields of the vector, and comes back',
  (vector) => {
    const apdu = decodeApdu(fromHex(vector.apdu));
    expect(apdu.called?.toString()).toBe(vector.called);
    expect(apdu.calling?.toString()).toBe(vector.calling);
    expect(apdu.callingInvocation).toBe(vector.invocation);
    expect(toHex(apdu.epsem)).toBe(`80${vector.service}`);
    expect(toHex(encodeApdu(apdu))).toBe(vector.apdu);
  },
);

describe('elements', () => {
  test('that C12.22 has not are kept where they stand, and do not disturb', () => {
    const bytes = apduOf(CALLED, 'a3030201ff', CALLING, INVOCATION, 'c700', INFORMATION);
    const { elements } = readFrame(bytes);
    expect(elements.map(({ tag }) => tag)).toEqual([0xa2, 0xa3, 0xa6, 0xa8, 0xc7, 0xbe]);
    expect(elements.map(({ offset }) => offset)).toEqual([2, 8, 13, 19, 24, 26]);
    expect(toHex(elements[1]?.content ?? new Uint8Array())).toBe('0201ff');
    expect(toHex(writeFrame(elements))).toBe(toHex(bytes));
    expect(decodeApdu(bytes)).toMatchObject({ callingInvocation: 1 });
  });

  test.each([
    ['twice', [CALLED, CALLED, INFORMATION], 'element a2 at offset 8'],
    ['too late', [CALLING, CALLED, INFORMATION], 'element a2 at offset 8'],
    ['after the end', [INFORMATION, 'ac00'], 'element ac at offset 11'],
  ])('that stand %s are refused', (_, elements, why) => {
    expect(() => decodeApdu(apduOf(...elements))).toThrow(`${why} stands twice or too late`);
  });

  test.each([
    ['no user information', apduOf(CALLED, INVOCATION), 'user information (be) is missing'],
    ['a title with something behind it', apduOf('a20680027b040500', INFORMATION), 'element a2: 2 '],
    ['an id of five bytes', apduOf('a80702050100000000', INFORMATION), 'calling invocation id: 4'],
    ['no IV', apduOf('ac09a207a005a103800102', INFORMATION), 'IV tag: 1 bytes wanted, 0 left'],
    [
      'an IV of three bytes',
      apduOf('ac0ea20ca00aa1088001028103000001', INFORMATION),
      'IV: 4 bytes',
    ],
    ['an IV of five', apduOf('ac10a20ea00ca10a80010281050000000001', INFORMATION), 'IV: 1 bytes'],
    ['an EXTERNAL of another encoding', apduOf('be0728058003800120'), 'EPSEM tag: 81 wanted, 80'],
    ['another tag', fromHex('6100'), 'APDU tag: 60 wanted, 61 found'],
    ['something behind it', fromHex('60006000'), 'APDU: 2 bytes left over at offset 2'],
    ['too few bytes', fromHex('6005a204'), 'APDU: 5 bytes wanted, 2 left at offset 2'],
  ])('%s: is refused', (_, bytes, why) => {
    expect(() => decodeApdu(bytes)).toThrow(CodecError);
    expect(() => decodeApdu(bytes)).toThrow(why);
  });

  test('an integer before the content is read and written', () => {
    const bytes = apduOf('be0a28080201018103800120');
    expect(decodeApdu(bytes)).toMatchObject({ indirectReference: 1 });
    expect(toHex(encodeApdu(decodeApdu(bytes)))).toBe(toHex(bytes));
  });
});

test.each([
  [{}, 'a703020100'],
  [{ test: true }, 'a703020101'],
  [{ urgent: true }, 'a703020102'],
  [{ notification: true }, 'a703020104'],
  [{ urgent: true, notification: true }, 'a703020106'],
])('the AE qualifier %j is %s', (qualifier, hex) => {
  const bytes = encodeApdu({ qualifier, epsem: Uint8Array.of(0x80) });
  expect(toHex(bytes)).toContain(hex);
  expect(decodeApdu(bytes).qualifier).toMatchObject(qualifier);
});

test.each([
  [{ keyId: 256, iv: 0 }, 'key id: 256'],
  [{ keyId: -1, iv: 0 }, 'key id: -1'],
  [{ keyId: 0, iv: 2 ** 32 }, 'IV: 4294967296'],
  [{ keyId: 0, iv: 0.5 }, 'IV: 0.5'],
])('security parameters %j do not fit', (authentication, why) => {
  expect(() => encodeApdu({ authentication, epsem: Uint8Array.of(0x88) })).toThrow(why);
});

test('an APDU that is too long is refused, the longest one comes back', () => {
  const epsem = new Uint8Array(65_535 - 12);
  expect(decodeApdu(encodeApdu({ epsem })).epsem).toHaveLength(epsem.length);
  expect(() => encodeApdu({ epsem: new Uint8Array(65_535 - 11) })).toThrow('65535');
});

test('an answer changes places and gives the invocation id back', () => {
  const request = {
    called: ApTitle.of('.1.2'),
    calling: ApTitle.of('.3'),
    callingInvocation: 77,
    qualifier: { urgent: true },
  };
  expect(answerHead(request, 5)).toEqual({
    called: request.calling,
    calledInvocation: 77,
    calling: request.called,
    callingInvocation: 5,
  });
  expect(answerHead({}, 5)).toEqual({ callingInvocation: 5 });
});

const title = fc
  .tuple(fc.constantFrom('', '1.3', '2.16.840'), fc.array(fc.nat(), { minLength: 1, maxLength: 6 }))
  .map(([start, arcs]) => ApTitle.of(`${start}.${arcs.join('.')}`));
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const fields: fc.Arbitrary<ApduFields> = fc.record(
  {
    applicationContext: title,
    called: title,
    calledInvocation: u32,
    calling: title,
    qualifier: fc.record({ test: fc.boolean(), urgent: fc.boolean(), notification: fc.boolean() }),
    callingInvocation: u32,
    mechanism: fc.uint8Array({ maxLength: 12 }),
    authentication: fc.record({ keyId: fc.integer({ min: 0, max: 255 }), iv: u32 }),
    indirectReference: u32,
    epsem: fc.uint8Array({ minLength: 1, maxLength: 400 }),
  },
  { requiredKeys: ['epsem'] },
);

/** The values as plain data, titles as texts. */
function plain(value: ApduFields): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, one: unknown) => (one instanceof ApTitle ? one.toString() : one)),
  );
}

test('every meaning comes back', () => {
  fc.assert(
    fc.property(fields, (given) => {
      const bytes = encodeApdu(given);
      const { frame: _frame, ...back } = decodeApdu(bytes);
      expect(plain(back)).toEqual(plain(given));
      expect(toHex(encodeApdu(back))).toBe(toHex(bytes));
    }),
    { seed: 4, numRuns: 1000 },
  );
});

test('every cut and every changed byte is read, or is a CodecError', () => {
  const vector = fc.constantFrom(...APDUS);
  fc.assert(
    fc.property(vector, fc.nat(), fc.nat(255), fc.nat(), ({ apdu }, at, byte, cut) => {
      const bytes = fromHex(apdu);
      bytes[at % bytes.length] = byte;
      unlessRefused(() => encodeApdu(decodeApdu(bytes)));
      const end = cut % bytes.length;
      expect(unlessRefused(() => decodeApdu(fromHex(apdu).subarray(0, end)))).toBeUndefined();
    }),
    { seed: 5, numRuns: 5000 },
  );
});

test('random bytes after a right beginning are read, or are a CodecError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (body) => {
      unlessRefused(() => decodeApdu(Uint8Array.of(0x60, body.length, ...body)));
      unlessRefused(() => decodeApdu(body));
    }),
    { seed: 6, numRuns: 5000 },
  );
});

describe('a stream of APDUs', () => {
  test('gives the same ones however it is cut', () => {
    const sent = APDUS.map(({ apdu }) => apdu);
    const stream = fromHex(sent.join(''));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (steps) => {
        const receiver = new ApduReceiver();
        const received: string[] = [];
        for (let at = 0, step = 0; at < stream.length; step++) {
          const end = at + (steps[step % steps.length] ?? 1);
          received.push(...receiver.receive(stream.subarray(at, end)).map((apdu) => toHex(apdu)));
          at = end;
        }
        expect(received).toEqual(sent);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  test('has lengths of one, two and three bytes, and may stop within them', () => {
    const apdus = [2, 130, 300].map((length) =>
      encodeApdu({ epsem: new Uint8Array(length).fill(0x60) }),
    );
    const receiver = new ApduReceiver();
    const stream = Buffer.concat(apdus);
    const received = [...stream].flatMap((byte) => receiver.receive(Uint8Array.of(byte)));
    expect(received.map((one) => toHex(one))).toEqual(apdus.map((one) => toHex(one)));
  });

  test('is given up when it is out of step, or an APDU is too long to wait for', () => {
    expect(() => new ApduReceiver().receive(fromHex('6000ff'))).toThrow('60 wanted, ff found');
    expect(() => new ApduReceiver().receive(fromHex('6083'))).toThrow('83 found');
    expect(() => new ApduReceiver(100).receive(fromHex('6064'))).toThrow(
      'at most 100 bytes wanted, 102 announced',
    );
  });

  test('random bytes give APDUs, or a CodecError', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (chunks) => {
        const receiver = new ApduReceiver();
        for (const chunk of chunks) {
          unlessRefused(() => receiver.receive(Uint8Array.of(0x60, ...chunk)));
        }
      }),
      { seed: 8, numRuns: 500 },
    );
  });
});
