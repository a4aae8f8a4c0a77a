/** What a message of C12.22 costs, from value to sealed bytes and back. */
import type { Bench } from 'tinybench';
import { testIdentity } from '../../devices/domain/identity.ts';
import { ApTitle } from '../../devices/protocol/c12-22/ap-title.ts';
import {
  createEaxPrimeCipher,
  type EaxPrimeCipher,
} from '../../devices/protocol/c12-22/eax-prime.ts';
import { createTableEaxPrimeCipher } from '../../devices/protocol/c12-22/eax-prime-tables.ts';
import { openApdu, sealApdu } from '../../devices/protocol/c12-22/secure-apdu.ts';
import { compressServices } from '../../devices/protocol/centron-gprs/compression.ts';
import type { Uplink } from '../../devices/protocol/centron-gprs/messages.ts';
import {
  decodeUplink,
  encodeUplink,
  uplinkQualifier,
  uplinkResponseControl,
} from '../../devices/protocol/centron-gprs/uplink.ts';

const KEY = new Uint8Array(16).fill(7);
const METER = ApTitle.of('.1.4711');
const HEAD_END = ApTitle.of('.2.1');
const KEY_ID = 17;

const REGISTRATION: Uplink = {
  kind: 'registration',
  identity: testIdentity(4710),
  apTitle: METER.toString(),
  registrationNumber: 3,
};
const LAST_GASP: Uplink = { kind: 'last-gasp', outageNumber: 7, lostAtMs: 1_772_000_000_000 };

const CIPHERS = {
  'by tables': createTableEaxPrimeCipher(KEY),
  'by node:crypto': createEaxPrimeCipher(KEY),
} as const;

let iv = 1;

function sealed(uplink: Uplink, cipher: EaxPrimeCipher): Uint8Array {
  iv += 1;
  return sealApdu(
    {
      called: HEAD_END,
      calling: METER,
      qualifier: uplinkQualifier(uplink.kind),
      callingInvocation: iv,
    },
    { response: uplinkResponseControl(uplink.kind), services: encodeUplink(uplink) },
    { mode: 'ciphered', cipher, parameters: { keyId: KEY_ID, iv }, parametersFrom: 'apdu' },
  );
}

function opened(bytes: Uint8Array, cipher: EaxPrimeCipher): Uplink {
  const apdu = openApdu(bytes, { cipher: () => cipher });
  if (apdu.outcome !== 'good') throw new Error(`a good APDU was awaited, not ${apdu.outcome}`);
  return decodeUplink(apdu.content.services);
}

/** Adds the messages that storms are made of. */
export function addMessages(bench: Bench): void {
  bench.add('registration: compressed', () => {
    compressServices(encodeUplink(REGISTRATION), () => true);
  });
  for (const [how, cipher] of Object.entries(CIPHERS)) {
    for (const uplink of [REGISTRATION, LAST_GASP]) {
      const bytes = sealed(uplink, cipher);
      bench.add(`${uplink.kind}: encode and seal, ${how}`, () => {
        sealed(uplink, cipher);
      });
      bench.add(`${uplink.kind}: open and decode, ${how}`, () => {
        opened(bytes, cipher);
      });
    }
  }
}
