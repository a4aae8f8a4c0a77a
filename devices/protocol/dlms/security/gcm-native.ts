/** AES-128-GCM (NIST SP 800-38D) by node:crypto: for long texts, and to test tables against. */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { CodecError } from '../../bytes/codec-error.ts';
import type { GcmCipher } from './types.ts';

/** Octets of a tag in suite 0. */
export const TAG_OCTETS = 12;
export const IV_OCTETS = 12;
const KEY_OCTETS = 16;

const OPTIONS = { authTagLength: TAG_OCTETS };
/** GCM counts blocks in the last four octets; the first block of a text has number 2. */
const FIRST_TEXT_BLOCK = Uint8Array.of(0, 0, 0, 2);

/**
 * The key stays in its KeyObject: it is in no error and in no inspection.
 * @throws CodecError when the key has not 16 octets
 */
export function createNativeGcmCipher(key: Uint8Array): GcmCipher {
  checkKey(key);
  return new NativeGcm(createSecretKey(key));
}

/** @throws CodecError when the key has not 16 octets */
export function checkKey(key: Uint8Array): void {
  if (key.length !== KEY_OCTETS) {
    throw new CodecError(`key: ${KEY_OCTETS} octets wanted, ${key.length} given`);
  }
}

/** @throws CodecError when the initialisation vector has not 12 octets */
export function checkIv(iv: Uint8Array): void {
  if (iv.length !== IV_OCTETS) {
    throw new CodecError(`IV: ${IV_OCTETS} octets wanted, ${iv.length} given`);
  }
}

class NativeGcm implements GcmCipher {
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  seal(iv: Uint8Array, additional: Uint8Array, text: Uint8Array): Uint8Array {
    checkIv(iv);
    const cipher = createCipheriv('aes-128-gcm', this.#key, iv, OPTIONS).setAAD(additional);
    text.set(cipher.update(text));
    cipher.final();
    return cipher.getAuthTag();
  }

  open(iv: Uint8Array, additional: Uint8Array, text: Uint8Array, tag: Uint8Array): boolean {
    checkIv(iv);
    if (tag.length !== TAG_OCTETS) return false;
    const cipher = createDecipheriv('aes-128-gcm', this.#key, iv, OPTIONS)
      .setAAD(additional)
      .setAuthTag(tag);
    const deciphered = cipher.update(text);
    try {
      cipher.final();
    } catch {
      // That the tag is wrong is all that final() has to tell here.
      return false;
    }
    text.set(deciphered);
    return true;
  }

  keyStream(iv: Uint8Array, text: Uint8Array): void {
    checkIv(iv);
    const counter = new Uint8Array(IV_OCTETS + FIRST_TEXT_BLOCK.length);
    counter.set(iv);
    counter.set(FIRST_TEXT_BLOCK, IV_OCTETS);
    text.set(createCipheriv('aes-128-ctr', this.#key, counter).update(text));
  }
}
