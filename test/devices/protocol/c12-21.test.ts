import { createDecipheriv } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import {
  clientProof,
  DES,
  deviceProof,
  ELSTER_AES,
  offeredTicket,
  ticketFeature,
} from '../../../devices/protocol/c12-21/authentication.ts';
import { createOpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import { decodeFeatures } from '../../../devices/protocol/psem/feature.ts';
import { decodeResponse } from '../../../devices/protocol/psem/response.ts';
import { recordedHost } from './meter-host.ts';
import { ScriptedClient } from './scripted-client.ts';

const IDENTIFY = '20';
const LOGON = '50000030303030202020202020';

/** Published examples of the two ciphers: J. Orlin Grabbe's for DES, FIPS 197 C.1 for AES. */
const EXAMPLES = [
  {
    name: 'DES',
    cipher: DES,
    openssl: 'des-ede3-ecb',
    repeated: 3,
    key: '133457799bbcdff1',
    ticket: '0123456789abcdef',
    proof: '85e813540f0ab405',
  },
  {
    name: 'AES of Elster',
    cipher: ELSTER_AES,
    openssl: 'aes-128-ecb',
    repeated: 1,
    key: '000102030405060708090a0b0c0d0e0f',
    ticket: '00112233445566778899aabbccddeeff',
    proof: '69c4e0d86a7b0430d8cdb78070b4c55a',
  },
] as const;

describe.each(EXAMPLES)(
  'a ticket enciphered with $name',
  ({ cipher, openssl, repeated, ...hex }) => {
    const key = fromHex(hex.key);
    const ticket = fromHex(hex.ticket);

    test('is the published example', () => {
      expect(toHex(clientProof(cipher, key, ticket))).toBe(hex.proof);
    });

    test('is answered with what deciphers to the client’s own proof, as Elster’s client checks', () => {
      const answer = deviceProof(cipher, key, ticket);
      const decipher = createDecipheriv(openssl, fromHex(hex.key.repeat(repeated)), null);
      decipher.setAutoPadding(false);
      const back = Buffer.concat([decipher.update(answer), decipher.final()]);
      expect(toHex(back)).toBe(hex.proof);
    });

    test('comes out of the feature list as it went in', () => {
      const offer = offeredTicket(ticketFeature(cipher, ticket));
      expect([offer.cipher, toHex(offer.ticket)]).toEqual([cipher, hex.ticket]);
    });

    test('or a key of another length is refused without being shown', () => {
      const short = key.subarray(1);
      expect(() => clientProof(cipher, short, ticket)).toThrow(
        `${cipher.name} key: ${cipher.length} bytes wanted, ${cipher.length - 1} given`,
      );
      expect(() => clientProof(cipher, key, short)).toThrow('ticket: ');
    });
  },
);

test('a feature list without a ticket, or with one of an unknown algorithm, lets nobody authenticate', () => {
  expect(() => offeredTicket(new Uint8Array())).toThrow('no ticket');
  expect(() => offeredTicket(fromHex(`02000008${'00'.repeat(8)}`))).toThrow('no ticket');
  expect(() => offeredTicket(fromHex('0201070100'))).toThrow('algorithm 7 is unknown');
});

describe('a C12.21 meter', () => {
  const key = fromHex('133457799bbcdff1');
  const KEY_ID = 3;
  let client: ScriptedClient;
  let state: () => string;
  beforeEach(() => {
    let tickets = 0;
    const server = createOpticalServer(recordedHost(), {
      standard: 'c12-21',
      authentication: {
        cipher: DES,
        nextTicket: () => fromHex(`0123456789abcd${(tickets++).toString(16).padStart(2, '0')}`),
        keyOf: (keyId) => (keyId === KEY_ID ? key : undefined),
      },
    });
    client = new ScriptedClient(server);
    state = () => server.state();
  });

  function proofFor(identity: string, with_ = key): string {
    const response = decodeResponse(fromHex(identity), 'identify');
    if (!('answers' in response) || response.answers !== 'identify') throw new Error(identity);
    const { ticket } = offeredTicket(response.identity.features);
    return toHex(clientProof(DES, with_, ticket));
  }

  test('says that it is one, and gives another ticket at each Identify', () => {
    const first = client.ask(IDENTIFY);
    expect(first).toBe('00020100020100080123456789abcd0000');
    client.ask('21');
    expect(client.ask(IDENTIFY)).toBe('00020100020100080123456789abcd0100');
    expect(decodeFeatures(fromHex(first.slice(8, -2)))).toHaveLength(1);
  });

  test('takes the right proof in a session for a password, and proves itself', () => {
    const proof = proofFor(client.ask(IDENTIFY));
    client.ask(LOGON);
    expect(client.ask('300047')).toBe('03');
    const answer = client.ask(`530903${proof}`);
    const expected = toHex(DES.encipher(key, fromHex(proof)));
    expect(answer).toBe(`000903${expected}`);
    expect(client.ask('300047').slice(0, 2)).toBe('00');
  });

  test('takes it before the Logon too, and forgets it with Logoff', () => {
    const proof = proofFor(client.ask(IDENTIFY));
    expect(client.ask(`530903${proof}`).slice(0, 2)).toBe('00');
    expect(state()).toBe('ID');
    client.ask(LOGON);
    expect(client.ask('300047').slice(0, 2)).toBe('00');
    client.ask('52');
    client.ask(LOGON);
    expect(client.ask('300047')).toBe('03');
  });

  const WRONG: Readonly<Record<string, (proof: string) => string>> = {
    'another key id': (proof) => `530904${proof}`,
    'one wrong bit': (proof) =>
      `530903${toHex(fromHex(proof).with(7, (fromHex(proof)[7] ?? 0) ^ 1))}`,
    'a byte too few': (proof) => `530803${proof.slice(2)}`,
    'a byte too many': (proof) => `530a03${proof}00`,
    'nothing but the key id': () => '530103',
    'not even a key id': () => '5300',
  };
  test.each(Object.keys(WRONG))('answers err to %s, and the session goes on', (name) => {
    const proof = proofFor(client.ask(IDENTIFY));
    client.ask(LOGON);
    expect(client.ask(WRONG[name]?.(proof) ?? '')).toBe('01');
    expect(state()).toBe('SESSION');
    expect(client.ask('300047')).toBe('03');
    expect(client.ask(`530903${proof}`).slice(0, 2)).toBe('00');
  });

  test('does not take the proof for an earlier ticket', () => {
    const old = proofFor(client.ask(IDENTIFY));
    client.ask('21');
    client.ask(IDENTIFY);
    client.ask(LOGON);
    expect(client.ask(`530903${old}`)).toBe('01');
  });

  test('without keys tells its standard alone, and does not know the service', () => {
    const server = createOpticalServer(recordedHost(), { standard: 'c12-21' });
    client = new ScriptedClient(server);
    expect(client.ask(IDENTIFY)).toBe('0002010000');
    expect(client.ask('5309030000000000000000')).toBe('02');
  });
});
