/**
 * EAX', the cipher mode of C12.22 (Moise, Beroset, Phinney, Burns: "EAX' Cipher Mode", 2011; IEEE
 * 1703-2012 Annex G) over AES-128.
 */
import { createCipheriv, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { CodecError } from '../bytes/codec-error.ts';
import { MAC_LENGTH } from './epsem.ts';

/**
 * EAX' under one key. Texts are worked on in place and MACs are four bytes of the message, so that
 * nothing is copied. An empty text only authenticates the cleartext. Who hands a cipher in decides
 * how it works: node:crypto, WASM, hardware.
 */
export interface EaxPrimeCipher {
  /** Ciphers the text in place and writes the MAC over both. */
  seal(cleartext: Uint8Array, text: Uint8Array, mac: Uint8Array): void;
  /**
   * Deciphers the text in place when the MAC over both, compared in constant time, is right;
   * otherwise the text stays as it is.
   */
  open(cleartext: Uint8Array, text: Uint8Array, mac: Uint8Array): boolean;
}

const BLOCK = 16;

/**
 * EAX' by node:crypto. The key stays in its KeyObject: it is in no error and in no inspection.
 * @throws CodecError when the key has not 16 bytes
 */
export function createEaxPrimeCipher(key: Uint8Array): EaxPrimeCipher {
  if (key.length !== BLOCK) {
    throw new CodecError(`key: ${BLOCK} bytes wanted, ${key.length} given`);
  }
  return new NodeEaxPrime(createSecretKey(key));
}

class NodeEaxPrime implements EaxPrimeCipher {
  readonly #key: KeyObject;
  /** CMAC' of the cleartext starts from D; D also marks a full last block. */
  readonly #d: Uint8Array;
  /** CMAC' of the ciphertext starts from Q; Q also marks a filled-up last block. */
  readonly #q: Uint8Array;

  constructor(key: KeyObject) {
    this.#key = key;
    const zero = new Uint8Array(BLOCK);
    this.#d = doubled(this.#chained(zero, zero));
    this.#q = doubled(this.#d);
  }

  seal(cleartext: Uint8Array, text: Uint8Array, mac: Uint8Array): void {
    const tag = this.#cmac(this.#d, cleartext);
    this.#applyKeyStream(tag, text);
    mac.set(this.#mac(tag, text));
  }

  open(cleartext: Uint8Array, text: Uint8Array, mac: Uint8Array): boolean {
    const tag = this.#cmac(this.#d, cleartext);
    if (!isSameMac(this.#mac(tag, text), mac)) return false;
    this.#applyKeyStream(tag, text);
    return true;
  }

  /** Without ciphertext the MAC is the tag's alone: Annex G's example, and Wireshark's view. */
  #mac(tag: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    if (ciphertext.length === 0) return lastBytes(tag);
    const mac = new Uint8Array(lastBytes(tag));
    lastBytes(this.#cmac(this.#q, ciphertext)).forEach((byte, index) => {
      mac[index] = (mac[index] ?? 0) ^ byte;
    });
    return mac;
  }

  /** CTR, big-endian over 128 bits, from the tag with the top bits of bytes 12 and 14 cleared. */
  #applyKeyStream(tag: Uint8Array, text: Uint8Array): void {
    if (text.length === 0) return;
    const counter = new Uint8Array(tag);
    for (const index of [12, 14]) counter[index] = (counter[index] ?? 0) & 0x7f;
    text.set(createCipheriv('aes-128-ctr', this.#key, counter).update(text));
  }

  /** CMAC' is CBC from `start` whose last block is marked: with D when full, else filled up, with Q. */
  #cmac(start: Uint8Array, data: Uint8Array): Uint8Array {
    if (data.length === 0) return start;
    const padded = new Uint8Array(Math.ceil(data.length / BLOCK) * BLOCK);
    padded.set(data);
    const isFull = padded.length === data.length;
    if (!isFull) padded[data.length] = 0x80;
    const mark = isFull ? this.#d : this.#q;
    const last = padded.length - BLOCK;
    for (let index = 0; index < BLOCK; index++) {
      padded[last + index] = (padded[last + index] ?? 0) ^ (mark[index] ?? 0);
    }
    return this.#chained(start, padded);
  }

  /** The last block of CBC over whole blocks. */
  #chained(start: Uint8Array, blocks: Uint8Array): Uint8Array {
    const cipher = createCipheriv('aes-128-cbc', this.#key, start).setAutoPadding(false);
    return cipher.update(blocks).subarray(-BLOCK);
  }
}

/** Twice a block, taken as a LITTLE-endian polynomial of GF(2^128): byte 0 is the lowest. */
function doubled(block: Uint8Array): Uint8Array {
  let carry = 0;
  const twice = block.map((byte) => {
    const shifted = ((byte << 1) | carry) & 0xff;
    carry = byte >> 7;
    return shifted;
  });
  if (carry === 1) twice[0] = (twice[0] ?? 0) ^ 0x87;
  return Uint8Array.from(twice);
}

function lastBytes(block: Uint8Array): Uint8Array {
  return block.subarray(-MAC_LENGTH);
}

function isSameMac(computed: Uint8Array, sent: Uint8Array): boolean {
  return sent.length === computed.length && timingSafeEqual(computed, sent);
}
