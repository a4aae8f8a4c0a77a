import { createNativeGcmCipher } from './gcm-native.ts';
import { createTableGcmCipher } from './gcm-tables.ts';
import type { GcmCipher } from './types.ts';

/** Octets of additional data and text from which on node:crypto is the faster one (`npm run bench`). */
const NATIVE_FROM_OCTETS = 256;

/**
 * AES-128-GCM that works by tables for short texts and by node:crypto for long ones. One per key,
 * kept: it holds what is derived from the key, and node:crypto's part from the first long text on.
 *
 * NOT CONSTANT-TIME, see gcm-tables.ts: for public test keys.
 * @throws CodecError when the key has not 16 octets
 */
export function createGcmCipher(key: Uint8Array): GcmCipher {
  return new GcmByLength(key);
}

class GcmByLength implements GcmCipher {
  readonly #key: Uint8Array;
  readonly #tables: GcmCipher;
  #native: GcmCipher | undefined;

  constructor(key: Uint8Array) {
    this.#tables = createTableGcmCipher(key);
    this.#key = new Uint8Array(key);
  }

  seal(iv: Uint8Array, additional: Uint8Array, text: Uint8Array): Uint8Array {
    return this.#for(additional.length + text.length).seal(iv, additional, text);
  }

  open(iv: Uint8Array, additional: Uint8Array, text: Uint8Array, tag: Uint8Array): boolean {
    return this.#for(additional.length + text.length).open(iv, additional, text, tag);
  }

  keyStream(iv: Uint8Array, text: Uint8Array): void {
    this.#for(text.length).keyStream(iv, text);
  }

  #for(octets: number): GcmCipher {
    if (octets < NATIVE_FROM_OCTETS) return this.#tables;
    this.#native ??= createNativeGcmCipher(this.#key);
    return this.#native;
  }
}
