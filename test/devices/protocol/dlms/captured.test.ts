/**
 * What other servers were sent and answered. No peer is an oracle: where one is wrong, the
 * expectation names its fault.
 */
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { decodeAcse, encodeAcse, isAcse } from '../../../../devices/protocol/dlms/acse.ts';
import { decodeApdu } from '../../../../devices/protocol/dlms/apdu/decode.ts';
import { encodeApdu } from '../../../../devices/protocol/dlms/apdu/encode.ts';
import type { Finding } from '../../../../devices/protocol/dlms/finding.ts';
import {
  isCiphered,
  openApdu,
  type OpenedApdu,
} from '../../../../devices/protocol/dlms/security/ciphered-apdu.ts';
import { exchangesOf, isHex, keysOf, PEERS, type Exchange, type Peer } from './vectors.ts';

const CLIENT_TITLE = fromHex('4D4D4D0000BC614E');
const SERVER_TITLES: Readonly<Partial<Record<Peer, Uint8Array>>> = {
  gurux_c_server: fromHex('4142434445464748'),
  jdlms_server: fromHex('4752580000000000'),
};
const KEYS = keysOf();

interface Reading {
  readonly findings: readonly Finding['name'][];
  /** What our own encoder makes of what was read. */
  readonly written: string;
}

function read(hex: string): Reading {
  const octets = fromHex(hex);
  const findings: Finding['name'][] = [];
  const report = ({ name }: Finding): void => void findings.push(name);
  const written = isAcse(octets)
    ? encodeAcse(decodeAcse(octets, report))
    : encodeApdu(decodeApdu(octets, { report }));
  return { findings, written: toHex(written).toUpperCase() };
}

function open(hex: string, systemTitle: Uint8Array | null): OpenedApdu {
  return openApdu(fromHex(hex), { systemTitle, keys: () => KEYS });
}

/** Requests that are wrong on purpose, and why they are refused. */
const WRONG_REQUESTS: Readonly<Record<string, string>> = {
  'unknown APDU tag C6': 'APDU tag: c6 is not known',
  'GET choice 9': 'Get-Request: 9 is not known',
};

/** Answers that break the rules: what is read of them in spite of that, or why nothing is. */
const FAULTS: Readonly<Record<Peer, Readonly<Record<string, Finding['name'] | RegExp>>>> = {
  gurux_c_server: {
    // The clock's time stands there twice.
    'GET clock': 'octets-after-apdu',
    // The length of the block is not that of the octets in it.
    'GET object list, PDU 64 (first block)': 'octets-after-apdu',
    // A block within a block.
    'next block 1': 'octets-after-apdu',
    // The last-block flag, block number and choice are missing before the result.
    'next block wrong number 7': /^block-number: 4 bytes wanted, 1 left/,
    // Two of its lengths are four and one too short.
    'RLRQ ciphered': 'broken-release-response',
  },
  jdlms_server: {
    'AARQ LN none': 'aare-with-protocol-version',
    'AARQ app context 2 (SN)': 'aare-with-protocol-version',
    'AARQ DLMS version 5': 'aare-with-protocol-version',
    'AARQ conformance 000000': 'aare-with-protocol-version',
    'AARQ max PDU 11': 'aare-with-protocol-version',
    'AARQ LN max PDU 64': 'aare-with-protocol-version',
    'AARQ LN+cipher HLS5 (glo-initiate)': 'aare-with-protocol-version',
    'AARQ replayed old IC': 'aare-with-protocol-version',
  },
  gurux_java_simulator: {
    // Three results are announced, two and a half follow.
    'GET with-list (3)': /^Get-Data-Result: 1 bytes wanted, 0 left/,
  },
};
/** An unknown tag wedges the Java simulator: from then on everything gets these four octets. */
const WEDGED = '0001C109';

/** What an APDU says, or why it is none. */
function readOrRefusal(hex: string): ReturnType<typeof read> | string {
  try {
    return read(hex);
  } catch (error) {
    if (error instanceof CodecError) return error.message;
    throw error;
  }
}

function refusalLike(why: RegExp | string | undefined): unknown {
  return expect.stringMatching(why ?? '');
}

describe.each(PEERS)('%s', (peer) => {
  const exchanges = exchangesOf(peer);
  const plainRequests = exchanges.filter(({ request }) => !isCiphered(fromHex(request)));
  const answers = exchanges.filter(({ response }) => isHex(response) && response !== WEDGED);
  const plainAnswers = answers.filter(({ response }) => !isCiphered(fromHex(response)));

  test.each(plainRequests)('request "$name"', ({ name, request }) => {
    const why = WRONG_REQUESTS[name];
    const good = { findings: [], written: request };
    expect(readOrRefusal(request)).toEqual(why === undefined ? good : refusalLike(why));
  });

  test.each(plainAnswers)('answer to "$name"', ({ name, response }) => {
    const fault = FAULTS[peer][name];
    const good = { findings: [], written: response };
    const borne = expect.objectContaining({ findings: [fault] }) as unknown;
    const wanted = typeof fault === 'string' ? borne : refusalLike(fault);
    expect(readOrRefusal(response)).toEqual(fault === undefined ? good : wanted);
  });

  test('every fault that is named is one of its answers', () => {
    const names = plainAnswers.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(FAULTS[peer])));
  });

  const ciphered = exchanges.filter(({ request }) => isCiphered(fromHex(request)));

  test.each(ciphered)('ciphered request "$name" is opened', ({ name, request }) => {
    const opened = open(request, CLIENT_TITLE);
    expect(opened.outcome).toBe(name.includes('tampered') ? 'bad-tag' : 'good');
    const findings = opened.outcome === 'good' ? read(toHex(opened.apdu)).findings : [];
    expect(findings).toEqual([]);
  });

  const cipheredAnswers = answers.filter(({ response }) => isCiphered(fromHex(response)));

  test.each(cipheredAnswers)('ciphered answer to "$name" is opened', (exchange: Exchange) => {
    const opened = open(exchange.response, SERVER_TITLES[peer] ?? null);
    if (opened.outcome !== 'good') throw new Error(`it is ${opened.outcome}`);
    const plain = toHex(opened.apdu).toUpperCase();
    expect(read(plain)).toEqual({ findings: [], written: plain });
    expect(plain).toBe(exchange.response_plain ?? plain);
  });

  const initiations = exchanges.filter(({ request }) => request.includes('BE230421211F'));

  test.each(initiations)('the ciphered initiate of "$name" is opened', ({ name, request }) => {
    const apdu = decodeAcse(fromHex(request));
    const opened = open(toHex(apdu.userInformation ?? new Uint8Array()), CLIENT_TITLE);
    expect(opened.outcome).toBe(name.includes('tampered') ? 'bad-tag' : 'good');
  });
});

test('the wedged simulator sends no APDU', () => {
  expect(
    exchangesOf('gurux_java_simulator').filter(({ response }) => response === WEDGED),
  ).toHaveLength(22);
  expect(() => read(WEDGED)).toThrow('APDU tag: 00 is not known');
});

test('an answer of no octets, which two peers give, is refused', () => {
  const empty = PEERS.flatMap((peer) => exchangesOf(peer)).filter(
    ({ response }) => response === '',
  );
  expect(empty.length).toBeGreaterThan(0);
  expect(() => read('')).toThrow(CodecError);
});
