/** AES key wrap (RFC 3394), in which a security setup is given new keys under the master key. */
import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { CodecError } from '../../bytes/codec-error.ts';
import { checkKey } from './gcm-native.ts';

const ALGORITHM = 'id-aes128-wrap';
const INITIAL_VALUE = new Uint8Array(8).fill(0xa6);
const BLOCK = 8;

/**
 * The key wrapped: eight octets longer.
 * @throws CodecError when the wrapping key has not 16 octets, or the key no multiple of eight
 */
export function wrapKey(wrappingKey: Uint8Array, key: Uint8Array): Uint8Array {
  checkKey(wrappingKey);
  if (key.length < 2 * BLOCK || key.length % BLOCK !== 0) {
    throw new CodecError(`key to wrap: a multiple of ${BLOCK} octets wanted, ${key.length} given`);
  }
  const cipher = createCipheriv(ALGORITHM, createSecretKey(wrappingKey), INITIAL_VALUE);
  return Uint8Array.from(Buffer.concat([cipher.update(key), cipher.final()]));
}

/**
 * The key that was wrapped; null when it was wrapped under another key or changed under way.
 * @throws CodecError when the wrapping key has not 16 octets
 */
export function unwrapKey(wrappingKey: Uint8Array, wrapped: Uint8Array): Uint8Array | null {
  checkKey(wrappingKey);
  if (wrapped.length < 3 * BLOCK || wrapped.length % BLOCK !== 0) return null;
  const cipher = createDecipheriv(ALGORITHM, createSecretKey(wrappingKey), INITIAL_VALUE);
  try {
    return Uint8Array.from(Buffer.concat([cipher.update(wrapped), cipher.final()]));
  } catch {
    // That its integrity check fails is all that node:crypto has to tell here.
    return null;
  }
}
