import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromHex } from '../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../devices/protocol/c12-22/ap-title.ts';
import { createEaxPrimeCipher } from '../../devices/protocol/c12-22/eax-prime.ts';
import type { SecurityMode } from '../../devices/protocol/c12-22/epsem.ts';
import { Association } from '../../devices/protocol/c12-22/node/association.ts';
import { C1222Node } from '../../devices/protocol/c12-22/node/server.ts';
import type { C1222Request } from '../../devices/protocol/psem/network-service.ts';
import { encodeRequest } from '../../devices/protocol/psem/request.ts';
import { recordedHost } from '../devices/protocol/meter-host.ts';
import { missingPeers, PEERS_REQUIRED } from './peers.ts';
import { Capture, COMPLAINTS } from './tshark.ts';

const MISSING = missingPeers({
  tshark: ['tshark', '--version'],
  text2pcap: ['text2pcap', '--version'],
});
const KEY = '4d6574657262656e6368204b65792031';
const WRONG_KEY = '4d6574657262656e6368204b65792032';
const KEY_ID = 0x21;
const TITLES = [ApTitle.of('.1.7'), ApTitle.of('1.3.6.1.4.1.33507.7')];
const MODES = ['clear', 'authenticated', 'ciphered'] as const;

const password = new Uint8Array(20).fill(0x30);
/** What a caller asks, an APDU a line: without a session, then in one. */
const ASKED: readonly (readonly C1222Request[])[] = [
  [{ service: 'identify' }],
  [
    { service: 'security', password, userId: 2 },
    { service: 'read', table: 1, part: { by: 'whole' } },
    { service: 'read', table: 23, part: { by: 'offset', offset: 2, count: 4 } },
    { service: 'write', table: 7, part: { by: 'whole' }, data: fromHex('09000101') },
    { service: 'read', table: 8, part: { by: 'whole' } },
  ],
  [{ service: 'read', table: 0, part: { by: 'whole' } }],
  [{ service: 'trace', titles: [] }],
  [{ service: 'logon', userId: 2, user: new Uint8Array(10).fill(0x41), idleTimeoutS: 60 }],
  [{ service: 'wait', seconds: 9 }, { service: 'disconnect' }],
];

/** Both directions of a conversation with a node, in the order in which they went. */
function conversation(mode: SecurityMode, title: ApTitle, firstIv: number): Uint8Array[] {
  let iv = firstIv;
  const cipher = createEaxPrimeCipher(fromHex(KEY));
  const node = new C1222Node({
    host: recordedHost(),
    identity: {
      title,
      device: { standard: 3, version: 1, revision: 0, features: fromHex('0584') },
      nativeAddress: new Uint8Array(),
    },
    cipherOf: () => cipher,
    nextIv: () => ++iv,
  });
  const caller = new Association({
    called: title,
    calling: ApTitle.of('.2.9'),
    security: mode === 'clear' ? null : { mode, cipher, keyId: KEY_ID },
    nextIv: () => ++iv,
    firstInvocation: 0xffff_fff0,
  });
  return ASKED.flatMap((requests) => {
    const question = caller.ask({ services: requests.map((one) => encodeRequest(one)) });
    const answer = node.receive(0, 'here', question);
    if (answer === null) throw new Error('an answer is wanted');
    return [question, answer];
  });
}

const CONVERSATIONS = MODES.flatMap((mode, at) =>
  TITLES.map((title, titleAt) => ({
    mode,
    apdus: conversation(mode, title, 0x6c00_0000 + 1_000 * (2 * at + titleAt)),
  })),
);
const APDUS = CONVERSATIONS.flatMap(({ apdus }) => apdus);
const PROTECTED = CONVERSATIONS.flatMap(({ mode, apdus }) => apdus.map(() => mode !== 'clear'))
  .map((isProtected, at) => (isProtected ? at : -1))
  .filter((at) => at >= 0);

test.runIf(PEERS_REQUIRED)('tshark is here, as it is required', () => {
  expect(MISSING).toEqual([]);
});

const why = MISSING.length === 0 ? '' : ` (skipped: ${MISSING.join(', ')} missing)`;

describe.skipIf(MISSING.length > 0)(`tshark hears a node being asked${why}`, () => {
  let capture: Capture;
  beforeAll(async () => {
    capture = await Capture.of(APDUS);
  });
  afterAll(() => capture.remove());

  test('every MAC of questions and answers is good', async () => {
    expect(PROTECTED).toHaveLength(2 * TITLES.length * 2 * ASKED.length);
    expect(await capture.frames('c1222.crypto_good == 1', { [KEY_ID]: KEY })).toEqual(PROTECTED);
    expect(await capture.frames('c1222.crypto_bad == 1', { [KEY_ID]: KEY })).toEqual([]);
  });

  test('control: with a wrong key every one is bad', async () => {
    const keys = { [KEY_ID]: WRONG_KEY };
    expect(await capture.frames('c1222.crypto_good == 1', keys)).toEqual([]);
    expect(await capture.frames('c1222.crypto_bad == 1', keys)).toEqual(PROTECTED);
  });

  test('nothing is malformed, and no checksum is wrong', async () => {
    expect(await capture.frames(COMPLAINTS.join(' or '), { [KEY_ID]: KEY })).toEqual([]);
  });
});
