/**
 * AES-128 encryption (FIPS-197) by T-tables: SubBytes, ShiftRows and MixColumns of a round are four
 * look-ups a column. A call of node:crypto costs some thirty times what ciphering a block does, and
 * allocates; this allocates nothing.
 *
 * NOT CONSTANT-TIME: which cache lines are read depends on the key. Right for a simulator whose test
 * keys are public, wrong for any key that protects something.
 */

/** Eleven round keys of four words. */
export const SCHEDULE_WORDS = 44;
export const BLOCK_WORDS = 4;

const KEY_WORDS = 4;
const LAST_ROUND = SCHEDULE_WORDS - BLOCK_WORDS;
/** x^8 + x^4 + x^3 + x + 1 (FIPS-197 4.2) without its top term. */
const REDUCTION = 0x1b;

const S_BOX = substitutions();
/** The column that MixColumns makes of one substituted byte in row 0; the other rows turn it round. */
const ROW_0 = Uint32Array.from(S_BOX, (byte) => {
  const twice = doubled(byte);
  return (twice << 24) | (byte << 16) | (byte << 8) | (twice ^ byte);
});
const ROW_1 = ROW_0.map((column) => rotatedRight(column, 8));
const ROW_2 = ROW_0.map((column) => rotatedRight(column, 16));
const ROW_3 = ROW_0.map((column) => rotatedRight(column, 24));

/** Writes the schedule of a key of 16 bytes (FIPS-197 5.2) to the 44 words from `at` on. */
export function expandKey(key: Uint8Array, words: Uint32Array, at: number): void {
  for (let index = 0; index < KEY_WORDS; index++) words[at + index] = wordAt(key, index * 4);
  let roundConstant = 1;
  for (let index = KEY_WORDS; index < SCHEDULE_WORDS; index++) {
    let word = words[at + index - 1] ?? 0;
    if (index % KEY_WORDS === 0) {
      word = substituted(rotatedRight(word, 24)) ^ (roundConstant << 24);
      roundConstant = doubled(roundConstant);
    }
    words[at + index] = word ^ (words[at + index - KEY_WORDS] ?? 0);
  }
}

/**
 * Enciphers the block `from` into `to`, which may be the same, under the schedule that stands in
 * `words` from `at` on. A block is four words, its first byte the highest of the first.
 */
export function encryptBlock(
  words: Uint32Array,
  at: number,
  from: Uint32Array,
  to: Uint32Array,
): void {
  let a = (from[0] ?? 0) ^ (words[at] ?? 0);
  let b = (from[1] ?? 0) ^ (words[at + 1] ?? 0);
  let c = (from[2] ?? 0) ^ (words[at + 2] ?? 0);
  let d = (from[3] ?? 0) ^ (words[at + 3] ?? 0);
  const last = at + LAST_ROUND;
  for (let round = at + BLOCK_WORDS; round < last; round += BLOCK_WORDS) {
    const nextA = mixedColumn(a, b, c, d) ^ (words[round] ?? 0);
    const nextB = mixedColumn(b, c, d, a) ^ (words[round + 1] ?? 0);
    const nextC = mixedColumn(c, d, a, b) ^ (words[round + 2] ?? 0);
    d = mixedColumn(d, a, b, c) ^ (words[round + 3] ?? 0);
    a = nextA;
    b = nextB;
    c = nextC;
  }
  to[0] = plainColumn(a, b, c, d) ^ (words[last] ?? 0);
  to[1] = plainColumn(b, c, d, a) ^ (words[last + 1] ?? 0);
  to[2] = plainColumn(c, d, a, b) ^ (words[last + 2] ?? 0);
  to[3] = plainColumn(d, a, b, c) ^ (words[last + 3] ?? 0);
}

/** Four bytes as a word, big-endian; bytes beyond the end are zero. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}

/** A column of a round but the last, from the columns that ShiftRows takes its four rows from. */
function mixedColumn(row0: number, row1: number, row2: number, row3: number): number {
  return (
    (ROW_0[row0 >>> 24] ?? 0) ^
    (ROW_1[(row1 >>> 16) & 0xff] ?? 0) ^
    (ROW_2[(row2 >>> 8) & 0xff] ?? 0) ^
    (ROW_3[row3 & 0xff] ?? 0)
  );
}

/** A column of the last round, which has no MixColumns. */
function plainColumn(row0: number, row1: number, row2: number, row3: number): number {
  return (
    ((S_BOX[row0 >>> 24] ?? 0) << 24) |
    ((S_BOX[(row1 >>> 16) & 0xff] ?? 0) << 16) |
    ((S_BOX[(row2 >>> 8) & 0xff] ?? 0) << 8) |
    (S_BOX[row3 & 0xff] ?? 0)
  );
}

function substituted(word: number): number {
  return plainColumn(word, word, word, word);
}

/** The S-box: inversion in GF(2^8), then the affine transformation (FIPS-197 5.1.1). */
function substitutions(): Uint8Array {
  const box = new Uint8Array(256);
  // 3 generates the field's 255 units; 0xf6 is its inverse, so the two walks meet every pair.
  let unit = 1;
  let inverse = 1;
  for (let step = 0; step < 255; step++) {
    box[unit] = affine(inverse);
    unit = product(unit, 0x03);
    inverse = product(inverse, 0xf6);
  }
  box[0] = affine(0);
  return box;
}

function affine(byte: number): number {
  const twoTimes = byte | (byte << 8);
  const turned = twoTimes ^ (twoTimes >> 4) ^ (twoTimes >> 5) ^ (twoTimes >> 6) ^ (twoTimes >> 7);
  return (turned ^ 0x63) & 0xff;
}

function product(left: number, right: number): number {
  let sum = 0;
  let term = left;
  for (let rest = right; rest > 0; rest >>= 1) {
    if (rest & 1) sum ^= term;
    term = doubled(term);
  }
  return sum;
}

function doubled(byte: number): number {
  return ((byte << 1) & 0xff) ^ (byte & 0x80 ? REDUCTION : 0);
}

function rotatedRight(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
