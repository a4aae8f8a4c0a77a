import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../../devices/protocol/bytes/hex.ts';
import { decodeApdu } from '../../../../../devices/protocol/dlms/apdu/decode.ts';
import { encodeApdu } from '../../../../../devices/protocol/dlms/apdu/encode.ts';
import { UnknownApdu } from '../../../../../devices/protocol/dlms/apdu/tags.ts';
import type { XdlmsApdu } from '../../../../../devices/protocol/dlms/apdu/types.ts';
import { number, structure, NULL_DATA } from '../../../../../devices/protocol/dlms/data.ts';
import type { Finding } from '../../../../../devices/protocol/dlms/finding.ts';
import { decodeWpdu } from '../../../../../devices/protocol/dlms/wrapper.ts';
import { APDUS } from '../arbitraries.ts';
import { DLMS } from '../vectors.ts';

function read(hex: string) {
  const findings: Finding['name'][] = [];
  const apdu = decodeApdu(fromHex(hex), { report: ({ name }) => void findings.push(name) });
  return { apdu, findings };
}

/** What an arbitrary makes, for the name of its test. */
const KINDS = APDUS.map((arbitrary) => {
  const [sample] = fc.sample(arbitrary, { seed: 1, numRuns: 1 });
  if (sample === undefined) throw new Error('a sample is wanted');
  return {
    kind: 'kind' in sample ? `${sample.service} ${sample.kind}` : sample.service,
    arbitrary,
  };
});

describe.each(KINDS)('$kind', ({ arbitrary }) => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(arbitrary, (apdu) => {
        expect(decodeApdu(encodeApdu(apdu))).toEqual(apdu);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  test('is refused when it is cut anywhere, or has octets after it', () => {
    fc.assert(
      fc.property(arbitrary, (apdu) => {
        const octets = encodeApdu(apdu);
        for (let length = 0; length < octets.length; length++) {
          expect(() => decodeApdu(octets.subarray(0, length))).toThrow(CodecError);
        }
        expect(() => decodeApdu(Buffer.concat([octets, fromHex('00')]))).toThrow(CodecError);
      }),
      { seed: 4, numRuns: 5 },
    );
  });
});

test.each(DLMS.apdu)('$name is read, and written as it was', ({ apdu }) => {
  const { apdu: value, findings } = read(apdu);
  expect(findings).toEqual([]);
  expect(toHex(encodeApdu(value)).toUpperCase()).toBe(apdu);
});

const PUSHES = DLMS.push.flatMap(({ name, frame }) =>
  frame === undefined ? [] : [{ name, frame }],
);

test.each(PUSHES)('push: $name', ({ frame }) => {
  const { apdu: octets, ...ports } = decodeWpdu(fromHex(frame));
  const apdu = decodeApdu(octets);
  expect(ports).toEqual({ source: 1, destination: 0x66 });
  if (apdu.service !== 'data-notification') throw new Error('a data-notification is wanted');
  expect(apdu.dateTime).toHaveLength(0);
  expect(apdu.body.type).toBe('structure');
  expect(toHex(encodeApdu(apdu)).toUpperCase()).toBe(frame.slice(16));
});

test('an APDU says what the standard means by it', () => {
  expect(read('C001C1000100002B0100FF0200').apdu).toEqual({
    service: 'get-request',
    invokeId: { id: 1, confirmed: true, highPriority: true },
    kind: 'normal',
    attribute: { classId: 1, logicalName: '0.0.43.1.0.255', attribute: 2, selection: null },
  } satisfies XdlmsApdu);
  expect(read('D802060000138C').apdu).toEqual({
    service: 'exception-response',
    stateError: 'service-unknown',
    serviceError: 'invocation-counter-error',
    expectedCounter: 0x138c,
  } satisfies XdlmsApdu);
});

describe('the time of an EventNotification', () => {
  const TIME = '07E40101FF00030000FF8800';
  const REST = '00010000616200FF020600000001';

  test.each([
    ['absent', '00', null, []],
    ['by the standard', `010C${TIME}`, TIME, []],
    ['without the flag (Gurux C)', `0C${TIME}`, TIME, ['event-time-without-flag']],
    ['as Data (Iskra MX382)', `090C${TIME}`, TIME, ['event-time-as-data']],
  ])('%s is read', (_, head, time, names) => {
    const { apdu, findings } = read(`C2${head}${REST}`);
    expect(apdu).toMatchObject({
      service: 'event-notification',
      time: time === null ? null : fromHex(time),
      attribute: { classId: 1, logicalName: '0.0.97.98.0.255', attribute: 2 },
    });
    expect(findings).toEqual(names);
    // Meters that send them are in the field: they are read without a report, too.
    expect(decodeApdu(fromHex(`C2${head}${REST}`))).toEqual(apdu);
  });

  test('of the last gasp that an MX382 sends in a wrapper is read', () => {
    const apdu = `C2090C${TIME}00010000616200FF020910${'41'.repeat(16)}`;
    const { findings, apdu: event } = read(apdu);
    expect(event).toMatchObject({ value: { type: 'octet-string' } });
    expect(findings).toEqual(['event-time-as-data']);
  });

  test.each([`010B${TIME.slice(2)}`, `02${TIME}`])('C2%s is refused', (head) => {
    expect(() => read(`C2${head}${REST}`)).toThrow(CodecError);
  });
});

describe('an access', () => {
  const descriptor = { classId: 3, logicalName: '1.0.1.8.0.255', attribute: 2 } as const;
  const longInvokeId = {
    id: 1,
    selfDescriptive: false,
    breakOnError: true,
    confirmed: true,
    highPriority: false,
  };

  test('request names its services, then their data', () => {
    const request: XdlmsApdu = {
      service: 'access-request',
      longInvokeId,
      dateTime: new Uint8Array(),
      specifications: [
        { access: 'get', attribute: { ...descriptor, selection: null } },
        {
          access: 'set',
          attribute: { ...descriptor, selection: { selector: 2, parameters: NULL_DATA } },
        },
        { access: 'action', method: { classId: 70, logicalName: '0.0.96.3.10.255', method: 1 } },
      ],
      data: [NULL_DATA, number('unsigned', 7), number('integer', 0)],
    };
    const hex = [
      'd96000000100',
      '03',
      '0100030100010800ff02',
      '0500030100010800ff020200',
      '030046000060030aff01',
      '03',
      '00',
      '1107',
      '0f00',
    ].join('');
    expect(toHex(encodeApdu(request))).toBe(hex);
    expect(decodeApdu(fromHex(hex))).toEqual(request);
  });

  test('response has all data, then all results; what was asked may be repeated', () => {
    const response: XdlmsApdu = {
      service: 'access-response',
      longInvokeId,
      dateTime: new Uint8Array(),
      data: [number('double-long-unsigned', 5), NULL_DATA],
      results: [
        { access: 'get', result: 'success' },
        { access: 'action', result: 'read-write-denied' },
      ],
    };
    const head = 'da6000000100';
    const asked = '01020100030100010800ff02030046000060030aff01';
    const answered = '020600000005000201000303';
    expect(toHex(encodeApdu(response))).toBe(`${head}00${answered}`);
    expect(decodeApdu(fromHex(`${head}00${answered}`))).toEqual(response);
    expect(decodeApdu(fromHex(`${head}${asked}${answered}`))).toEqual(response);
  });

  test('with data for other services than it names is refused', () => {
    expect(() => read('D96000000100010100030100010800FF0200')).toThrow(CodecError);
  });
});

test('a tag that is not known is told', () => {
  for (const tag of [0x00, 0xc6, 0xc8, 0xdb]) {
    const refused = (() => {
      try {
        return decodeApdu(Uint8Array.of(tag, 1, 0xc1));
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(UnknownApdu);
    expect(refused).toBeInstanceOf(CodecError);
    expect(refused).toMatchObject({ tag });
  }
});

test('octets after an APDU are a finding for those who take them', () => {
  const { apdu, findings } = read('C401C100110709');
  expect(apdu).toMatchObject({ result: { result: 'data', data: number('unsigned', 7) } });
  expect(findings).toEqual(['octets-after-apdu']);
});

test.each([
  ['a choice of a request', 'C009C1'],
  ['a choice of a result', 'C401C10200'],
  ['a data-access-result', 'C401C10107'],
  ['an action-result', 'C701C11300'],
  ['a presence', 'C001C100080000010000FF0202'],
  ['a state-error', 'D80302'],
  ['a service-error', 'D80107'],
  ['a head of conformance', '01000000065F1F0401007E1F04B0'],
  ['another error than that of initiate', '0E020601'],
  ['a date-time of eleven octets', `0F000000010B${'00'.repeat(11)}00`],
  ['a refusal that is a success', 'C401C10100'],
])('%s that is not known is refused', (_, hex) => {
  expect(() => read(hex)).toThrow(CodecError);
});

test.each<[string, XdlmsApdu]>([
  [
    'an invoke id',
    {
      service: 'get-request',
      invokeId: { id: 16, confirmed: true, highPriority: false },
      kind: 'next',
      blockNumber: 1,
    },
  ],
  [
    'a counter without its error',
    {
      service: 'exception-response',
      stateError: 'service-unknown',
      serviceError: 'other-reason',
      expectedCounter: 1,
    },
  ],
  [
    'a time',
    {
      service: 'event-notification',
      time: new Uint8Array(11),
      attribute: { classId: 1, logicalName: '0.0.97.98.0.255', attribute: 2 },
      value: structure(),
    },
  ],
])('%s that does not fit is refused', (_, apdu) => {
  expect(() => encodeApdu(apdu)).toThrow(CodecError);
});
