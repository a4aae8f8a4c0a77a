/**
 * Keys, PINs and titles of the test fleet, from a meter's index alone, so that meters, head-end and
 * tools need no file between them. THEY ARE PUBLIC AND PROTECT NOTHING: never load them into a
 * head-end that real meters report to.
 */
import {
  encryptBlock,
  expandKey,
  SCHEDULE_WORDS,
} from '../../devices/protocol/c12-22/aes-tables.ts';
import type { KeyRing } from '../../devices/meter/cosem-columns.ts';
import { ApTitle } from '../../devices/protocol/c12-22/ap-title.ts';
import type { EaxPrimeCipher } from '../../devices/protocol/c12-22/eax-prime.ts';
import {
  createTableEaxPrimeCipher,
  RekeyedEaxPrime,
} from '../../devices/protocol/c12-22/eax-prime-tables.ts';
import { createGcmCipher } from '../../devices/protocol/dlms/security/gcm.ts';
import type { SecurityKeys } from '../../devices/protocol/dlms/security/types.ts';

/** Sixteen characters that anybody can read here. */
const PUBLIC_TEST_KEY = new TextEncoder().encode('meterbench-test!');
const KEY_LENGTH = 16;
const PIN_LENGTH = 20;
/** What is derived, so that no key's bytes are a part of a PIN. */
const DERIVES = {
  key: 1,
  pin: 2,
  pinTail: 3,
  dlmsKey: 4,
  dlmsAuthentication: 5,
  dlmsBroadcast: 6,
  dlmsMaster: 7,
} as const;
/** The calling AE's key id is one byte. */
const KEY_IDS = 256;

/** Titles of meters are `.1.<index + 1>`, of hosts `.2.<number>`. */
const METERS_ARC = 1;
/** 2.16.124.113620.1.22.0.1 in its absolute form, without tag and length. */
const METERS_PREFIX = ApTitle.of(`.${METERS_ARC}`).absolute.subarray(2);

export const HEAD_END_TITLE = ApTitle.of('.2.1');
export const CONFIGURATION_SERVER_TITLE = ApTitle.of('.2.2');

/** The AES-128 key of a meter: its index, enciphered under the public test key. */
export function testKey(index: number): Uint8Array {
  return derived(DERIVES.key, index);
}

/** The key id of a meter's key; it names one key among 256 consecutive meters. */
export function testKeyId(index: number): number {
  return index % KEY_IDS;
}

/** The 20 bytes of a meter's PIN (PSEM Security). */
export function testPin(index: number): Uint8Array {
  const pin = new Uint8Array(PIN_LENGTH);
  pin.set(derived(DERIVES.pin, index));
  pin.set(derived(DERIVES.pinTail, index).subarray(0, PIN_LENGTH - KEY_LENGTH), KEY_LENGTH);
  return pin;
}

/** The title of a meter. */
export function meterTitle(index: number): ApTitle {
  return ApTitle.ofArcs(METERS_ARC, index + 1);
}

/** Which meter has this title, in whatever form it was sent; undefined when it is no meter's. */
export function meterIndexOf(title: ApTitle): number | undefined {
  const body = title.absolute.subarray(2);
  if (METERS_PREFIX.some((byte, at) => body[at] !== byte)) return undefined;
  return indexInArc(body, METERS_PREFIX.length, body.length);
}

/** The same of the body of a relative title, as it stands in a message. */
export function meterIndexIn(bytes: Uint8Array, from: number, to: number): number | undefined {
  return bytes[from] === METERS_ARC ? indexInArc(bytes, from + 1, to) : undefined;
}

/** Of the one arc that stands there, seven bits a byte; undefined when it is another number of arcs. */
function indexInArc(bytes: Uint8Array, from: number, to: number): number | undefined {
  let arc = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    arc = arc * 0x80 + (byte & 0x7f);
    if (byte < 0x80 !== (at === to - 1)) return undefined;
  }
  return arc === 0 || !Number.isSafeInteger(arc) ? undefined : arc - 1;
}

/** Where the ciphers of the test fleet's meters come from. */
export interface TestCiphers {
  cipherOf(index: number): EaxPrimeCipher;
  keyIdOf(index: number): number;
}

/** Of so many meters the key schedules are kept, 208 bytes each. */
const CIPHERS_KEPT = 16_384;

/**
 * The ciphers of the test fleet, each made when it is first asked for and kept: hand one of these
 * to both ends of a process, and each key's schedule stands in memory once. Beyond some meters none
 * is kept: a schedule is made in a third of the time that sealing takes, and a million of them are
 * 200 MB. What `cipherOf` gives is good until it is asked for the next one.
 */
export function testCiphers(): TestCiphers {
  const ciphers = new Map<number, EaxPrimeCipher>();
  const rekeyed = new RekeyedEaxPrime();
  return {
    cipherOf(index) {
      const cipher = ciphers.get(index);
      if (cipher !== undefined) return cipher;
      if (ciphers.size >= CIPHERS_KEPT) return rekeyed.under(testKey(index));
      const made = createTableEaxPrimeCipher(testKey(index));
      ciphers.set(index, made);
      return made;
    },
    keyIdOf: testKeyId,
  };
}

/** The keys with which a meter's DLMS leaves the factory. */
export function testKeyRing(index: number): KeyRing {
  return {
    encryption: derived(DERIVES.dlmsKey, index),
    authentication: derived(DERIVES.dlmsAuthentication, index),
    broadcast: derived(DERIVES.dlmsBroadcast, index),
    master: derived(DERIVES.dlmsMaster, index),
  };
}

/**
 * Global unicast keys of DLMS, each made when it is first asked for and kept, as {@link testCiphers}
 * are. One pair serves both directions: the titles in the nonce tell them apart.
 */
export function testDlmsKeys(): (index: number) => SecurityKeys {
  const kept = new Map<number, SecurityKeys>();
  return (index) => {
    let keys = kept.get(index);
    if (keys === undefined) {
      const { encryption, authentication } = testKeyRing(index);
      keys = { cipher: createGcmCipher(encryption), authenticationKey: authentication };
      kept.set(index, keys);
    }
    return keys;
  };
}

/** Once for all meters: a cipher of node:crypto for each PIN took an eighth of a simulated run. */
const SCHEDULE = new Uint32Array(SCHEDULE_WORDS);
expandKey(PUBLIC_TEST_KEY, SCHEDULE, 0);

function derived(what: number, index: number): Uint8Array {
  const block = Uint32Array.of(what, 0, 0, index);
  encryptBlock(SCHEDULE, 0, block, block);
  const bytes = new Uint8Array(KEY_LENGTH);
  const view = new DataView(bytes.buffer);
  for (const [place, word] of block.entries()) view.setUint32(4 * place, word);
  return bytes;
}
