import { createCipheriv } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { createEaxPrimeCipher } from '../../../../devices/protocol/c12-22/eax-prime.ts';
import { EAX_PRIME, wrongKey } from './vectors.ts';

/**
 * EAX' a second time, written from the paper's formulas with one AES block after the other and
 * numbers of 128 bits, to be compared with the fast one.
 */
class SlowEaxPrime {
  readonly #ecb;
  readonly l: bigint;
  readonly d: bigint;
  readonly q: bigint;

  constructor(key: Uint8Array) {
    this.#ecb = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.l = this.#encrypt(0n);
    this.d = SlowEaxPrime.#double(this.l);
    this.q = SlowEaxPrime.#double(this.d);
  }

  cmac(start: bigint, data: Uint8Array): bigint {
    let state = start;
    let at = 0;
    for (; data.length - at > 16; at += 16) {
      state = this.#encrypt(state ^ toNumber(data.subarray(at, at + 16)));
    }
    if (data.length === 0) return start;
    const last = [...data.subarray(at)];
    if (last.length === 16) return this.#encrypt(state ^ toNumber(last) ^ this.d);
    const filled = [...last, 0x80, ...new Uint8Array(15 - last.length)];
    return this.#encrypt(state ^ toNumber(filled) ^ this.q);
  }

  seal(cleartext: Uint8Array, plaintext: Uint8Array): { ciphertext: Uint8Array; mac: string } {
    const n = this.cmac(this.d, cleartext);
    let counter = n & ~((0x80n << (8n * 3n)) | (0x80n << 8n));
    const ciphertext = plaintext.slice();
    for (let at = 0; at < plaintext.length; at += 16) {
      const stream = toBytes(this.#encrypt(counter));
      counter = (counter + 1n) % (1n << 128n);
      stream.slice(0, plaintext.length - at).forEach((byte, index) => {
        ciphertext[at + index] = (plaintext[at + index] ?? 0) ^ byte;
      });
    }
    const t = plaintext.length === 0 ? 0n : this.cmac(this.q, ciphertext);
    return { ciphertext, mac: toHex(toBytes(n ^ t)).slice(-8) };
  }

  /** The block as a little-endian number, twice, modulo x^128 + x^7 + x^2 + x + 1. */
  static #double(block: bigint): bigint {
    const twice = toNumber(toBytes(block).toReversed()) << 1n;
    const reduced = twice >> 128n === 0n ? twice : (twice ^ 0x87n) & ((1n << 128n) - 1n);
    return toNumber(toBytes(reduced).toReversed());
  }

  #encrypt(block: bigint): bigint {
    return toNumber(this.#ecb.update(toBytes(block)));
  }
}

function toNumber(block: Iterable<number>): bigint {
  let number = 0n;
  for (const byte of block) number = number * 256n + BigInt(byte);
  return number;
}

function toBytes(number: bigint): Uint8Array {
  return fromHex(number.toString(16).padStart(32, '0'));
}

function sealed(key: Uint8Array, cleartext: Uint8Array, plaintext: Uint8Array) {
  const text = plaintext.slice();
  const mac = new Uint8Array(4);
  createEaxPrimeCipher(key).seal(cleartext, text, mac);
  return { ciphertext: text, mac };
}

describe.each(EAX_PRIME)('$name', (vector) => {
  const key = fromHex(vector.key);
  const cleartext = fromHex(vector.cleartext);
  const plaintext = fromHex(vector.plaintext);

  test('the slow one derives L, D and Q of the vector', () => {
    const { l, d, q } = new SlowEaxPrime(key);
    expect([l, d, q].map((one) => toHex(toBytes(one)))).toEqual([vector.L, vector.D, vector.Q]);
  });

  test('ciphertext and MAC are those of the vector', () => {
    const { ciphertext, mac } = sealed(key, cleartext, plaintext);
    expect([toHex(ciphertext), toHex(mac)]).toEqual([vector.ciphertext, vector.mac]);
  });

  test('it is opened with its key, and stays closed with another or with a byte flipped', () => {
    const mac = fromHex(vector.mac);
    const opens = (keyHex: string, clear: Uint8Array, cipher: Uint8Array, tag: Uint8Array) => {
      const eax = createEaxPrimeCipher(fromHex(keyHex));
      const text = cipher.slice();
      const good = eax.open(clear, text, tag);
      expect(toHex(text)).toBe(good ? vector.plaintext : toHex(cipher));
      return good;
    };
    const ciphertext = fromHex(vector.ciphertext);
    expect(opens(vector.key, cleartext, ciphertext, mac)).toBe(true);
    expect(opens(wrongKey(vector.key), cleartext, ciphertext, mac)).toBe(false);
    for (const part of [cleartext, ciphertext, mac]) {
      for (let index = 0; index < part.length; index++) {
        part[index] = (part[index] ?? 0) ^ 0x01;
        expect(opens(vector.key, cleartext, ciphertext, mac)).toBe(false);
        part[index] = (part[index] ?? 0) ^ 0x01;
      }
    }
    expect(opens(vector.key, cleartext, ciphertext, mac.subarray(1))).toBe(false);
  });
});

test('it is the same as block by block, at every length around the blocks', () => {
  const bytes = fc.uint8Array({ maxLength: 70 });
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      bytes,
      bytes,
      (key, clear, text) => {
        const slow = new SlowEaxPrime(key);
        const { ciphertext, mac } = sealed(key, clear, text);
        const expected = slow.seal(clear, text);
        expect(toHex(ciphertext)).toBe(toHex(expected.ciphertext));
        expect(toHex(mac)).toBe(expected.mac);
        const opened = ciphertext.slice();
        expect(createEaxPrimeCipher(key).open(clear, opened, mac)).toBe(true);
        expect(toHex(opened)).toBe(toHex(text));
      },
    ),
    { seed: 3, numRuns: 2000 },
  );
});

test('a cipher seals many messages one after the other without remembering any', () => {
  const key = fromHex('00112233445566778899aabbccddeeff');
  const eax = createEaxPrimeCipher(key);
  for (let length = 0; length <= 64; length++) {
    const clear = new Uint8Array(length + 17).fill(length);
    const text = new Uint8Array(length).fill(length);
    const mac = new Uint8Array(4);
    eax.seal(clear, text, mac);
    expect(toHex(mac)).toBe(
      new SlowEaxPrime(key).seal(clear, new Uint8Array(length).fill(length)).mac,
    );
  }
});

test('a key of another length is refused, and no key is shown', () => {
  const key = fromHex('c0ffee00c0ffee00c0ffee00c0ffee');
  expect(() => createEaxPrimeCipher(key)).toThrow('key: 16 bytes wanted, 15 given');
  const shown = inspect(createEaxPrimeCipher(fromHex(`${toHex(key)}00`)), {
    depth: 9,
    showHidden: true,
  });
  expect(shown).not.toMatch(/c0.?ff.?ee|192, 255/i);
});
