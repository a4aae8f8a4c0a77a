/**
 * Authenticate of C12.21: the device gives a ticket in its answer to Identify, the client sends
 * the ticket enciphered, and the device answers with what it got, enciphered once more. So each
 * side proves that it holds the key, and the key never passes.
 * Source: Elster's MProtocolC1221::DoTryAuthenticationKeyEntry; the block is enciphered as it is
 * (one block, no chaining).
 */
import { createCipheriv } from 'node:crypto';
import { CodecError } from '../bytes/codec-error.ts';
import { decodeFeatures, encodeFeatures } from '../psem/feature.ts';

/** Bit 0 of `type`: the device can be asked to authenticate. */
const AUTHENTICATION_TYPE = 0x01;

/** How a ticket is enciphered; key and ticket have the same length. */
export interface TicketCipher {
  /** Number in the Identify feature list. */
  readonly algorithm: number;
  readonly length: number;
  readonly name: string;
  /** One block. @throws CodecError when key or block have another length; it never shows them */
  encipher(key: Uint8Array, block: Uint8Array): Uint8Array;
}

/** The standard's own. OpenSSL 3 has DES only as triple DES, which is DES when its keys are equal. */
export const DES: TicketCipher = {
  algorithm: 0x00,
  length: 8,
  name: 'DES',
  encipher: (key, block) => {
    checkLengths(DES, key, block);
    return oneBlock('des-ede3', Uint8Array.of(...key, ...key, ...key), block);
  },
};

/** Not the standard's: Elster's meters call it algorithm FF. */
export const ELSTER_AES: TicketCipher = {
  algorithm: 0xff,
  length: 16,
  name: 'AES',
  encipher: (key, block) => {
    checkLengths(ELSTER_AES, key, block);
    return oneBlock('aes-128-ecb', key, block);
  },
};

const CIPHERS: ReadonlyMap<number, TicketCipher> = new Map(
  [DES, ELSTER_AES].map((cipher) => [cipher.algorithm, cipher]),
);

/** What a device needs to authenticate its clients. */
export interface Authentication {
  readonly cipher: TicketCipher;
  /** A ticket that was not given before, as long as the cipher's block. */
  readonly nextTicket: () => Uint8Array;
  /** The key with this id; undefined when there is none. */
  readonly keyOf: (keyId: number) => Uint8Array | undefined;
}

/** The Identify feature that offers a ticket. @throws CodecError */
export function ticketFeature(cipher: TicketCipher, ticket: Uint8Array): Uint8Array {
  const { algorithm } = cipher;
  return encodeFeatures([
    { feature: 'authentication-ticket', type: AUTHENTICATION_TYPE, algorithm, ticket },
  ]);
}

/** The ticket in the feature list of an Identify answer. @throws CodecError when there is none */
export function offeredTicket(features: Uint8Array): {
  readonly cipher: TicketCipher;
  readonly ticket: Uint8Array;
} {
  const offer = decodeFeatures(features).find(
    (feature) => feature.feature === 'authentication-ticket',
  );
  if (offer === undefined || (offer.type & AUTHENTICATION_TYPE) === 0) {
    throw new CodecError('feature list: no ticket, so nobody can authenticate');
  }
  const cipher = CIPHERS.get(offer.algorithm);
  if (cipher === undefined) {
    throw new CodecError(`feature list: authentication algorithm ${offer.algorithm} is unknown`);
  }
  return { cipher, ticket: offer.ticket };
}

/** What the client sends for a ticket. @throws CodecError */
export function clientProof(cipher: TicketCipher, key: Uint8Array, ticket: Uint8Array): Uint8Array {
  return cipher.encipher(key, ticket);
}

/** What the device answers to the client's proof. @throws CodecError */
export function deviceProof(cipher: TicketCipher, key: Uint8Array, ticket: Uint8Array): Uint8Array {
  return cipher.encipher(key, cipher.encipher(key, ticket));
}

function checkLengths(cipher: TicketCipher, key: Uint8Array, block: Uint8Array): void {
  for (const [what, bytes] of Object.entries({ key, ticket: block })) {
    if (bytes.length !== cipher.length) {
      const lengths = `${cipher.length} bytes wanted, ${bytes.length} given`;
      throw new CodecError(`${cipher.name} ${what}: ${lengths}`);
    }
  }
}

function oneBlock(algorithm: string, key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv(algorithm, key, null).setAutoPadding(false);
  return Uint8Array.from(Buffer.concat([cipher.update(block), cipher.final()]));
}
