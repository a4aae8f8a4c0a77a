import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../devices/protocol/c12-22/ap-title.ts';
import { answerHead } from '../../devices/protocol/c12-22/apdu.ts';
import type { ApduHead } from '../../devices/protocol/c12-22/apdu.ts';
import { createEaxPrimeCipher } from '../../devices/protocol/c12-22/eax-prime.ts';
import type { EpsemContent } from '../../devices/protocol/c12-22/epsem.ts';
import { sealApdu } from '../../devices/protocol/c12-22/secure-apdu.ts';
import type { Protection } from '../../devices/protocol/c12-22/secure-apdu.ts';
import { NODE_TYPE_BITS } from '../../devices/protocol/psem/network-service.ts';
import type { C1222Request } from '../../devices/protocol/psem/network-service.ts';
import { encodeRequest } from '../../devices/protocol/psem/request.ts';
import { encodeResponse } from '../../devices/protocol/psem/response.ts';
import { missingPeers, PEERS_REQUIRED } from './peers.ts';
import { Capture, COMPLAINTS } from './tshark.ts';

const KEY = '4d6574657262656e6368204b65792031';
const WRONG_KEY = '4d6574657262656e6368204b65792032';
const KEY_ID = 0x64;
const MISSING = missingPeers({
  tshark: ['tshark', '--version'],
  text2pcap: ['text2pcap', '--version'],
});

test.runIf(PEERS_REQUIRED)('tshark is here, as it is required', () => {
  expect(MISSING).toEqual([]);
});

const METER = ApTitle.of('.123.8437');
const HEAD_END = ApTitle.of('2.16.124.113620.1.22.0.4');
const FOREIGN = ApTitle.of('1.3.6.1.4.1.33507.1919.12345678.0');

/** What is sent, by the name of the test that follows it. */
interface Case {
  readonly name: string;
  readonly head: ApduHead;
  readonly content: EpsemContent;
  /** The service codes that tshark has to find, as it writes them; answers have none. */
  readonly codes: readonly string[];
}

function requests(...asked: readonly C1222Request[]): EpsemContent {
  return { services: asked.map((request) => encodeRequest(request)) };
}

const TO_METER: ApduHead = { called: METER, calling: HEAD_END, callingInvocation: 0x9fcf632e };
const WHOLE = { by: 'whole' } as const;
const SECURITY = {
  service: 'security',
  password: new Uint8Array(20).fill(0x30),
  userId: 2,
} as const;

const CASES: readonly Case[] = [
  {
    name: 'a read',
    head: TO_METER,
    content: requests({ service: 'read', table: 1, part: WHOLE }),
    codes: ['0x30'],
  },
  {
    name: 'several services',
    head: { ...TO_METER, called: FOREIGN, calling: METER },
    content: requests(
      SECURITY,
      { service: 'read', table: 23, part: { by: 'offset', offset: 4, count: 16 } },
      { service: 'wait', seconds: 5 },
      { service: 'disconnect' },
    ),
    codes: ['0x51', '0x3f', '0x70', '0x22'],
  },
  {
    name: 'a logon with its idle time-out',
    head: { ...TO_METER, callingInvocation: 0 },
    content: requests({
      service: 'logon',
      userId: 2,
      user: new TextEncoder().encode('meterbench'),
      idleTimeoutS: 60,
    }),
    codes: ['0x50'],
  },
  {
    name: 'the answer to several services',
    head: answerHead(TO_METER, 128),
    content: {
      services: [
        encodeResponse({ answers: 'security' }),
        encodeResponse({ answers: 'read', data: new Uint8Array(200).fill(7) }),
        encodeResponse({ refused: 'isc' }),
      ],
    },
    codes: [],
  },
  {
    name: 'an urgent notification',
    head: {
      called: HEAD_END,
      calling: METER,
      qualifier: { urgent: true, notification: true },
      callingInvocation: 7,
    },
    content: {
      response: 'never',
      ...requests({ service: 'write', table: 123, part: WHOLE, data: fromHex('0102030405') }),
    },
    codes: ['0x40'],
  },
  {
    name: 'all elements and an end device class',
    head: {
      applicationContext: ApTitle.of('2.16.124.113620.1.22'),
      ...answerHead(TO_METER, 2 ** 32 - 1),
      qualifier: { test: true },
    },
    content: {
      response: 'on-exception',
      recoverySession: true,
      proxyService: true,
      edClass: fromHex('01020304'),
      ...requests({ service: 'identify' }),
    },
    codes: ['0x20'],
  },
  {
    name: 'a registration',
    head: { ...TO_METER, called: HEAD_END, calling: METER },
    content: requests({
      service: 'register',
      registration: {
        nodeType: NODE_TYPE_BITS.endDevice,
        connectionType: 0x30,
        deviceClass: fromHex('01828563'),
        title: METER,
        serialNumber: ApTitle.of('.9.9'),
        nativeAddress: fromHex('7f000001'),
        periodS: 86_400,
      },
    }),
    codes: ['0x27'],
  },
  {
    name: 'a message of three hundred bytes',
    head: TO_METER,
    content: requests({ service: 'write', table: 64, part: WHOLE, data: new Uint8Array(300) }),
    codes: ['0x40'],
  },
  {
    name: 'no service at all',
    head: TO_METER,
    content: { services: [] },
    codes: [],
  },
];

const MODES = ['clear', 'authenticated', 'ciphered'] as const;
const PROTECTED = MODES.length - 1;

function sealed({ head, content }: Case, mode: (typeof MODES)[number], iv: number): Uint8Array {
  if (mode === 'clear') return sealApdu(head, content);
  const protection: Protection = {
    mode,
    cipher: createEaxPrimeCipher(fromHex(KEY)),
    parameters: { keyId: KEY_ID, iv },
    parametersFrom: 'apdu',
  };
  return sealApdu(head, content, protection);
}

/** All cases in all modes, the modes of a case one after the other. */
const APDUS = CASES.flatMap((one, at) =>
  MODES.map((mode, index) => sealed(one, mode, 0x6b00_0000 + at * MODES.length + index)),
);

const why = MISSING.length === 0 ? '' : ` (skipped: ${MISSING.join(', ')} missing)`;

describe.skipIf(MISSING.length > 0)(`tshark reads what is sealed here${why}`, () => {
  let capture: Capture;

  beforeAll(async () => {
    capture = await Capture.of(APDUS);
  });
  afterAll(() => {
    capture.remove();
  });

  test('every MAC is good with the right key', async () => {
    const keys = { [KEY_ID]: KEY };
    const good = await capture.frames('c1222.crypto_good == 1', keys);
    const bad = await capture.frames('c1222.crypto_bad == 1', keys);
    const protectedFrames = APDUS.map((_, index) => index).filter((at) => at % MODES.length > 0);
    expect(bad).toEqual([]);
    expect(good).toEqual(protectedFrames);
    expect(good).toHaveLength(CASES.length * PROTECTED);
  });

  test('control: none is good with a wrong key, or under another key id', async () => {
    expect(await capture.frames('c1222.crypto_good == 1', { [KEY_ID]: WRONG_KEY })).toEqual([]);
    expect(await capture.frames('c1222.crypto_good == 1', { [KEY_ID + 1]: KEY })).toEqual([]);
  });

  test('control: none is good with a bit turned over', async () => {
    const flipped = APDUS.map((apdu) => {
      const copy = new Uint8Array(apdu);
      copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
      return copy;
    });
    const other = await Capture.of(flipped);
    try {
      expect(await other.frames('c1222.crypto_good == 1', { [KEY_ID]: KEY })).toEqual([]);
    } finally {
      other.remove();
    }
  });

  test('no field is malformed, missing, or of a wrong length', async () => {
    const frames = await capture.frames(COMPLAINTS.join(' or '), { [KEY_ID]: KEY });
    expect(frames.map((frame) => toHex(APDUS[frame] ?? new Uint8Array()))).toEqual([]);
  });

  test.each(CASES.map((one, index) => ({ ...one, index })))(
    '$name has the same meaning there, in every mode',
    async ({ head, codes, index }) => {
      const fields = await capture.fields(
        {
          called: 'c1222.called_AP_invocation_id',
          calling: 'c1222.calling_AP_invocation_id',
          qualifier: 'c1222.calling_AE_qualifier',
          codes: 'c1222.cmd',
        },
        { [KEY_ID]: KEY },
      );
      const { test: isTest, urgent, notification } = head.qualifier ?? {};
      const bits = Number(isTest ?? 0) + 2 * Number(urgent ?? 0) + 4 * Number(notification ?? 0);
      for (const mode of MODES.keys()) {
        expect(fields[index * MODES.length + mode]).toEqual({
          called: shown(head.calledInvocation),
          calling: shown(head.callingInvocation),
          qualifier: head.qualifier === undefined ? '' : `${bits}`,
          codes: codes.join(','),
        });
      }
    },
  );
});

function shown(value: number | undefined): string {
  return value === undefined ? '' : `${value}`;
}
