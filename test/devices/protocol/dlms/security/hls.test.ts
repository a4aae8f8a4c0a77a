import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../../../devices/protocol/bytes/hex.ts';
import { decodeApdu } from '../../../../../devices/protocol/dlms/apdu/decode.ts';
import { encodeApdu } from '../../../../../devices/protocol/dlms/apdu/encode.ts';
import type { XdlmsApdu } from '../../../../../devices/protocol/dlms/apdu/types.ts';
import { octetString } from '../../../../../devices/protocol/dlms/data.ts';
import { decodeAcse } from '../../../../../devices/protocol/dlms/acse.ts';
import { openApdu } from '../../../../../devices/protocol/dlms/security/ciphered-apdu.ts';
import {
  checkGmacProof,
  makeGmacProof,
  type GmacProof,
} from '../../../../../devices/protocol/dlms/security/hls.ts';
import { cryptoNamed, exchangesOf, keysOf, type Exchange } from '../vectors.ts';

const KEYS = keysOf();

function proofOf(vector: { system_title: string; challenge: string }): GmacProof {
  return {
    keys: KEYS,
    systemTitle: fromHex(vector.system_title),
    challenge: fromHex(vector.challenge),
  };
}

describe.each(['HLS mechanism 5 pass 3', 'HLS mechanism 5 pass 4'])(
  'the Green Book: %s',
  (name) => {
    const vector = cryptoNamed(name);
    const counter = Number.parseInt(vector.invocation_counter, 16);

    test('is made to its octets', () => {
      expect(toHex(makeGmacProof(proofOf(vector), counter)).toUpperCase()).toBe(vector.f);
    });

    test('is believed, and gives its counter', () => {
      expect(checkGmacProof(proofOf(vector), fromHex(vector.f))).toBe(counter);
    });
  },
);

test('the ACTION around a proof is that of the Green Book, and so is its answer', () => {
  const [asked, answered] = [
    cryptoNamed('HLS mechanism 5 pass 3'),
    cryptoNamed('HLS mechanism 5 pass 4'),
  ];
  const invokeId = { id: 1, confirmed: true, highPriority: true };
  const request: XdlmsApdu = {
    service: 'action-request',
    invokeId,
    kind: 'normal',
    method: { classId: 15, logicalName: '0.0.40.0.0.255', method: 1 },
    parameters: octetString(fromHex(asked.f)),
  };
  const response: XdlmsApdu = {
    service: 'action-response',
    invokeId,
    kind: 'normal',
    answer: {
      result: 'success',
      returned: { result: 'data', data: octetString(fromHex(answered.f)) },
    },
  };
  expect(toHex(encodeApdu(request)).toUpperCase()).toBe(asked.action_request);
  // The optional data have a flag and a choice; the printed example has one octet less.
  const [head, rest] = [answered.action_response.slice(0, 10), answered.action_response.slice(10)];
  expect([`${head}00${rest}`, answered.action_response]).toContain(
    toHex(encodeApdu(response)).toUpperCase(),
  );
  expect(decodeApdu(encodeApdu(response))).toEqual(response);
});

test('only the right proof of the right side over the right challenge is believed', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 8, maxLength: 64 }),
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.nat({ max: 16 }),
      (challenge, counter, at) => {
        const proof = { keys: KEYS, systemTitle: fromHex('4D4D4D0000BC614E'), challenge };
        const made = makeGmacProof(proof, counter);
        expect(checkGmacProof(proof, made)).toBe(counter);
        const changed = made.map((octet, index) => (index === at ? octet ^ 0x80 : octet));
        expect(checkGmacProof(proof, changed)).toBeNull();
        expect(checkGmacProof({ ...proof, challenge: challenge.subarray(1) }, made)).toBeNull();
        const other = fromHex('4142434445464748');
        expect(checkGmacProof({ ...proof, systemTitle: other }, made)).toBeNull();
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

test.each(['', '10', '30000000011A52FE7DD3E72748973C1E28', '10000000011A52FE7DD3E72748973C1E2800'])(
  '%j is no proof',
  (hex) => {
    const proof = proofOf(cryptoNamed('HLS mechanism 5 pass 3'));
    expect(checkGmacProof(proof, fromHex(hex))).toBeNull();
  },
);

/** In both recordings the client's challenge has 16 octets: with those no peer is at fault. */
describe.each([
  ['gurux_c_server', '4142434445464748'],
  ['jdlms_server', '4752580000000000'],
] as const)('the recorded association with %s', (peer, serverTitle) => {
  const [opening, reply] = [exchangeOf('AARQ LN+cipher HLS5'), exchangeOf('ACTION reply_to_HLS')];
  const [aarq, aare] = [
    decodeAcse(fromHex(opening.request)),
    decodeAcse(fromHex(opening.response)),
  ];
  if (aarq.acse !== 'aarq' || aare.acse !== 'aare') throw new Error('an opening is wanted');
  const client = fromHex('4D4D4D0000BC614E');

  function exchangeOf(name: string): Exchange {
    const found = exchangesOf(peer).find((one) => one.name.startsWith(name));
    if (found === undefined) throw new Error(`${peer} was not recorded with ${name}`);
    return found;
  }

  test('has the proof of the client over the challenge of the server', () => {
    const opened = openApdu(fromHex(reply.request), { systemTitle: client, keys: () => KEYS });
    if (opened.outcome !== 'good') throw new Error(`it is ${opened.outcome}`);
    const apdu = decodeApdu(opened.apdu);
    expect(apdu).toMatchObject({ parameters: { type: 'octet-string' } });
    const proof = opened.apdu.subarray(-17);
    const challenge = aare.authenticationValue ?? new Uint8Array();
    expect(checkGmacProof({ keys: KEYS, systemTitle: client, challenge }, proof)).not.toBeNull();
  });

  test('has the proof of the server over the challenge of the client', () => {
    const proof = fromHex(reply.response_plain ?? '').subarray(-17);
    const challenge = aarq.authenticationValue ?? new Uint8Array();
    const systemTitle = fromHex(serverTitle);
    expect(checkGmacProof({ keys: KEYS, systemTitle, challenge }, proof)).not.toBeNull();
  });
});
