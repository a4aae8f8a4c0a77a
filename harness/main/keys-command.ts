import { testIdentity } from '../../devices/domain/identity.ts';
import { meterTitle, testKey, testKeyId, testKeyRing } from '../../rigs/head-end/test-keys.ts';
import { toHex } from '../../devices/protocol/bytes/hex.ts';

export const KEY_FORMATS = ['text', 'json', 'csv', 'tshark', 'dlms'] as const;

export interface KeysFlags {
  readonly meters: number;
  readonly first: number;
  readonly format: (typeof KEY_FORMATS)[number];
}

/** One key id of C12.22 is a byte: within a block of so many meters each id names one key. */
const BLOCK = 256;

/**
 * The test fleet's keys, which are public and protect nothing. For tshark, the options that make it
 * judge and decipher one interface of a capture: the meters of a block of 256.
 */
export function keysCommand({ meters, first, format }: KeysFlags): string {
  const rows = Array.from({ length: meters }, (_, place) => keyRow(first + place));
  switch (format) {
    case 'json':
      return JSON.stringify(rows, null, 2);
    case 'csv':
      return [
        'index,serial,apTitle,keyId,key,captureInterface',
        ...rows.map((row) => Object.values(row).join(',')),
      ].join('\n');
    case 'tshark':
      return [
        '-o c1222.decrypt:TRUE',
        '-o c1222.baseoid:2.16.124.113620.1.22.0',
        ...rows.slice(0, BLOCK).map(tsharkOption),
      ].join('\n');
    case 'dlms':
      return JSON.stringify(
        rows.map(({ index }) => dlmsRow(index)),
        null,
        2,
      );
    case 'text':
      return rows
        .map(({ serial, apTitle, keyId, key }) => `${serial}  ${apTitle}  key ${keyId}  ${key}`)
        .join('\n');
  }
}

function keyRow(index: number) {
  return {
    index,
    serial: testIdentity(index).serial,
    apTitle: meterTitle(index).toString(),
    keyId: testKeyId(index),
    key: toHex(testKey(index)),
    captureInterface: Math.floor(index / BLOCK),
  };
}

/** What a client of `serve meter --dlms` needs to associate for management. */
function dlmsRow(index: number) {
  const { encryption, authentication, broadcast, master } = testKeyRing(index);
  return {
    index,
    serial: testIdentity(index).serial,
    globalUnicastKey: toHex(encryption),
    globalBroadcastKey: toHex(broadcast),
    authenticationKey: toHex(authentication),
    masterKey: toHex(master),
  };
}

/** First the key id in hexadecimal, with quotes, then the key. */
function tsharkOption({ keyId, key }: ReturnType<typeof keyRow>): string {
  const id = keyId.toString(16).padStart(2, '0');
  return `-o 'uat:c1222_decryption_table:"${id}",${key}'`;
}
