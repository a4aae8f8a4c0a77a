/**
 * AES-128-GCM (NIST SP 800-38D) by the AES tables and a table of sixteen multiples of the hash key
 * (Shoup's 4-bit method), for fleets: for an APDU of some dozen octets node:crypto's object costs
 * more than the ciphering.
 */
import {
  BLOCK_WORDS,
  encryptBlock,
  expandKey,
  SCHEDULE_WORDS,
  wordAt,
} from '../../c12-22/aes-tables.ts';
import { checkIv, checkKey, TAG_OCTETS } from './gcm-native.ts';
import type { GcmCipher } from './types.ts';

const BLOCK = 16;
const MULTIPLES = 16;
/** Where the multiples of the hash key stand behind a key's schedule. */
const HASH_KEY = SCHEDULE_WORDS;
const KEY_WORDS = HASH_KEY + MULTIPLES * BLOCK_WORDS;

/** Keys share a typed array: one for every key weighs as much again as what it holds. */
const KEYS_PER_ARRAY = 64;
let sharedWords = new Uint32Array(0);
let sharedUsed = 0;

/** What the four bits that a shift pushes out bring in at the top: x^128 = x^7 + x^2 + x + 1. */
const REDUCTIONS = Uint32Array.from({ length: 16 }, (_, bits) => {
  let reduction = 0;
  for (let bit = 0; bit < 4; bit++) if (bits & (1 << bit)) reduction ^= 0xe1 << (21 + bit);
  return reduction;
});

/** What a call works on. Calls do not overlap, so that all ciphers can share these. */
const hash = new Uint32Array(BLOCK_WORDS);
const counter = new Uint32Array(BLOCK_WORDS);
const stream = new Uint32Array(BLOCK_WORDS);

/**
 * The results of `createNativeGcmCipher`, faster for short texts, with 432 octets a key.
 *
 * NOT CONSTANT-TIME: how long it takes tells of the key. It is for a simulator, whose test keys are
 * public; for any other key use `createNativeGcmCipher`, which is also what this is tested against.
 * @throws CodecError when the key has not 16 octets
 */
export function createTableGcmCipher(key: Uint8Array): GcmCipher {
  checkKey(key);
  if (sharedUsed === sharedWords.length) {
    sharedWords = new Uint32Array(KEYS_PER_ARRAY * KEY_WORDS);
    sharedUsed = 0;
  }
  const at = sharedUsed;
  sharedUsed += KEY_WORDS;
  expandKey(key, sharedWords, at);
  fillMultiples(sharedWords, at);
  return new TableGcm(sharedWords, at);
}

/** Multiple n of the hash key is its product with the polynomial of n's bits, the highest being 1. */
function fillMultiples(words: Uint32Array, at: number): void {
  hash.fill(0);
  encryptBlock(words, at, hash, hash);
  const start = at + HASH_KEY;
  for (let multiple = MULTIPLES / 2; multiple > 0; multiple >>= 1) {
    words.set(hash, start + multiple * BLOCK_WORDS);
    timesX(hash);
  }
  for (let multiple = 3; multiple < MULTIPLES; multiple++) {
    const highest = 1 << (31 - Math.clz32(multiple));
    for (let index = 0; index < BLOCK_WORDS; index++) {
      words[start + multiple * BLOCK_WORDS + index] =
        (words[start + highest * BLOCK_WORDS + index] ?? 0) ^
        (words[start + (multiple - highest) * BLOCK_WORDS + index] ?? 0);
    }
  }
}

class TableGcm implements GcmCipher {
  /** From `#at` on: this key's schedule and multiples. Private names are in no inspection. */
  readonly #words: Uint32Array;
  readonly #at: number;

  constructor(words: Uint32Array, at: number) {
    this.#words = words;
    this.#at = at;
  }

  seal(iv: Uint8Array, additional: Uint8Array, text: Uint8Array): Uint8Array {
    this.keyStream(iv, text);
    this.#authenticate(additional, text);
    const tag = new Uint8Array(TAG_OCTETS);
    for (let index = 0; index < TAG_OCTETS; index++) tag[index] = octetOf(hash, index);
    return tag;
  }

  open(iv: Uint8Array, additional: Uint8Array, text: Uint8Array, tag: Uint8Array): boolean {
    this.#setCounter(iv);
    this.#authenticate(additional, text);
    let difference = tag.length ^ TAG_OCTETS;
    for (let index = 0; index < TAG_OCTETS; index++) {
      difference |= octetOf(hash, index) ^ (tag[index] ?? 0);
    }
    if (difference !== 0) return false;
    this.#applyKeyStream(text);
    return true;
  }

  keyStream(iv: Uint8Array, text: Uint8Array): void {
    this.#setCounter(iv);
    this.#applyKeyStream(text);
  }

  #setCounter(iv: Uint8Array): void {
    checkIv(iv);
    for (let index = 0; index < BLOCK_WORDS - 1; index++) counter[index] = wordAt(iv, 4 * index);
  }

  /** The counter's block 1 is the tag's, the text begins with block 2. */
  #applyKeyStream(text: Uint8Array): void {
    let number = 2;
    for (let at = 0; at < text.length; at += BLOCK) {
      counter[3] = number++;
      encryptBlock(this.#words, this.#at, counter, stream);
      const length = Math.min(BLOCK, text.length - at);
      for (let index = 0; index < length; index++) {
        text[at + index] = (text[at + index] ?? 0) ^ octetOf(stream, index);
      }
    }
  }

  /** Leaves the tag over additional data and ciphertext in `hash`. */
  #authenticate(additional: Uint8Array, ciphertext: Uint8Array): void {
    hash.fill(0);
    this.#absorb(additional);
    this.#absorb(ciphertext);
    // Lengths are in bits, in 64 of them each: the upper half of ours is what is beyond 2^29 octets.
    hash[0] = (hash[0] ?? 0) ^ (additional.length >>> 29);
    hash[1] = (hash[1] ?? 0) ^ (additional.length << 3);
    hash[2] = (hash[2] ?? 0) ^ (ciphertext.length >>> 29);
    hash[3] = (hash[3] ?? 0) ^ (ciphertext.length << 3);
    multiply(this.#words, this.#at + HASH_KEY);
    counter[3] = 1;
    encryptBlock(this.#words, this.#at, counter, stream);
    for (let index = 0; index < BLOCK_WORDS; index++) {
      hash[index] = (hash[index] ?? 0) ^ (stream[index] ?? 0);
    }
  }

  /** GHASH over octets, filled up with zeros to whole blocks. */
  #absorb(octets: Uint8Array): void {
    for (let at = 0; at < octets.length; at += BLOCK) {
      for (let index = 0; index < BLOCK_WORDS; index++) {
        hash[index] = (hash[index] ?? 0) ^ wordAt(octets, at + 4 * index);
      }
      multiply(this.#words, this.#at + HASH_KEY);
    }
  }
}

/** Multiplies `hash` by the hash key whose multiples stand from `table` on, four bits at a time. */
function multiply(words: Uint32Array, table: number): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  // The last bit of a block is its highest power: Horner's rule begins there.
  for (let index = BLOCK_WORDS - 1; index >= 0; index--) {
    const word = hash[index] ?? 0;
    for (let shift = 0; shift < 32; shift += 4) {
      const out = d & 0xf;
      d = (d >>> 4) | (c << 28);
      c = (c >>> 4) | (b << 28);
      b = (b >>> 4) | (a << 28);
      a = (a >>> 4) ^ (REDUCTIONS[out] ?? 0);
      const multiple = table + ((word >>> shift) & 0xf) * BLOCK_WORDS;
      a ^= words[multiple] ?? 0;
      b ^= words[multiple + 1] ?? 0;
      c ^= words[multiple + 2] ?? 0;
      d ^= words[multiple + 3] ?? 0;
    }
  }
  hash[0] = a;
  hash[1] = b;
  hash[2] = c;
  hash[3] = d;
}

/** Multiplies a block by x: a shift to the right, as the first bit is the lowest power. */
function timesX(block: Uint32Array): void {
  let carried = (block[3] ?? 0) & 1 ? 0xe100_0000 : 0;
  for (let index = 0; index < BLOCK_WORDS; index++) {
    const word = block[index] ?? 0;
    block[index] = (word >>> 1) ^ carried;
    carried = (word & 1) << 31;
  }
}

function octetOf(block: Uint32Array, index: number): number {
  return ((block[index >> 2] ?? 0) >>> (24 - 8 * (index & 3))) & 0xff;
}
