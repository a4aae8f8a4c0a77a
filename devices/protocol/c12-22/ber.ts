/**
 * The part of ASN.1's Basic Encoding Rules (X.690) that C12.22 uses: tags of one byte, lengths to
 * 65535, unsigned integers of up to four bytes.
 */
import { CodecError, ShortRead } from '../bytes/codec-error.ts';

/** Tag, length, content. Both arrays are views of the bytes that were read, not copies. */
export interface BerElement {
  readonly tag: number;
  /** Where the tag stands in the bytes that were read. */
  readonly offset: number;
  /** Tag, length and content as they are. */
  readonly raw: Uint8Array;
  readonly content: Uint8Array;
}

export const INTEGER_TAG = 0x02;

/** The low five bits all ones announce a tag of several bytes, which C12.22 has not. */
const LONG_TAG_BITS = 0x1f;
export const SHORT_LENGTH_MAX = 0x7f;
const LENGTH_MAX = 0xffff;
export const UNSIGNED_MAX = 0xffff_ffff;

/** Reads without copying; offsets are those of the whole message, however deep the nesting. */
export class BerReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #offset: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#offset = start;
    this.#end = end;
  }

  get offset(): number {
    return this.#offset;
  }

  get left(): number {
    return this.#end - this.#offset;
  }

  /** The byte that comes next; undefined at the end. */
  peek(): number | undefined {
    return this.left > 0 ? this.#bytes[this.#offset] : undefined;
  }

  /** @throws ShortRead */
  octet(field: string): number {
    const byte = this.peek();
    if (byte === undefined) throw new ShortRead(field, 1, 0, this.#offset);
    this.#offset += 1;
    return byte;
  }

  /** The next bytes, as a view. @throws ShortRead */
  view(field: string, length: number): Uint8Array {
    if (length > this.left) throw new ShortRead(field, length, this.left, this.#offset);
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }

  /** The next bytes, as a copy (which slice() of a Buffer would not be). @throws ShortRead */
  copy(field: string, length: number): Uint8Array {
    return new Uint8Array(this.view(field, length));
  }

  /** All that is left, as a view. */
  rest(): Uint8Array {
    return this.view('rest', this.left);
  }

  /** An unsigned big-endian integer of up to six bytes, without tag and length. @throws ShortRead */
  fixed(field: string, length: number): number {
    return this.view(field, length).reduce((value, byte) => value * 0x100 + byte, 0);
  }

  /** A length: one byte to 127, or 81 and one byte, or 82 and two. @throws CodecError */
  length(field: string): number {
    const offset = this.#offset;
    const first = this.octet(`${field} length`);
    if (first <= SHORT_LENGTH_MAX) return first;
    if (first === 0x81) return this.octet(`${field} length`);
    if (first === 0x82) {
      return this.octet(`${field} length`) * 0x100 + this.octet(`${field} length`);
    }
    throw new CodecError(
      `${field} length: up to 7f, 81 or 82 wanted, ${hexByte(first)} found at offset ${offset}`,
    );
  }

  /** The next element, whatever its tag. @throws CodecError */
  element(field: string): BerElement {
    const offset = this.#offset;
    const tag = this.octet(`${field} tag`);
    if ((tag & LONG_TAG_BITS) === LONG_TAG_BITS) {
      throw new CodecError(
        `${field} tag: one byte wanted, ${hexByte(tag)} begins a longer one at offset ${offset}`,
      );
    }
    const content = this.view(field, this.length(field));
    return { tag, offset, raw: this.#bytes.subarray(offset, this.#offset), content };
  }

  /** Reads the content of the next element, which must have this tag. @throws CodecError */
  inside(field: string, tag: number): BerReader {
    const found = this.peek();
    if (found !== undefined && found !== tag) {
      throw new CodecError(
        `${field} tag: ${hexByte(tag)} wanted, ${hexByte(found)} found at offset ${this.#offset}`,
      );
    }
    const { content } = this.element(field);
    return new BerReader(this.#bytes, this.#offset - content.length, this.#offset);
  }

  /**
   * An INTEGER, taken as unsigned whatever its first bit; a leading 00 of signed rules is skipped.
   * @throws CodecError when it is empty or longer than four bytes
   */
  unsigned(field: string): number {
    const integer = this.inside(field, INTEGER_TAG);
    const bytes = integer.left;
    if (bytes === 0) throw new ShortRead(field, 1, 0, integer.offset);
    let value = 0;
    while (integer.left > 0) value = value * 0x100 + integer.octet(field);
    if (bytes > 5 || value > UNSIGNED_MAX) {
      throw new CodecError(`${field}: 4 bytes wanted, ${bytes} found before offset ${this.offset}`);
    }
    return value;
  }

  /** @throws CodecError when bytes are left over */
  end(what: string): void {
    if (this.left > 0) {
      throw new CodecError(`${what}: ${this.left} bytes left over at offset ${this.#offset}`);
    }
  }
}

const NO_BYTES = new Uint8Array();
/** Buffers of writers that are finished: a fleet writes some for each message. */
const SPARE_BUFFERS: Uint8Array[] = [];

/**
 * Writes from the end to the beginning, so that a length is known when its turn comes. A writer
 * ends with {@link finish}.
 */
export class BerWriter {
  #bytes = SPARE_BUFFERS.pop() ?? new Uint8Array(256);
  #start = this.#bytes.length;

  /** How much is written; give it to {@link wrap} to wrap what is written from here on. */
  get written(): number {
    return this.#bytes.length - this.#start;
  }

  /** Puts bytes in front of what is written. */
  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#start -= bytes.length;
    this.#bytes.set(bytes, this.#start);
    return this;
  }

  octet(byte: number): this {
    this.#reserve(1);
    this.#start -= 1;
    this.#bytes[this.#start] = byte;
    return this;
  }

  /** An unsigned big-endian integer of this length, without tag. @throws CodecError */
  fixed(field: string, value: number, length: number): this {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * length)) {
      throw new CodecError(`${field}: ${value} does not fit into ${length} bytes`);
    }
    let left = value;
    for (let index = 0; index < length; index++) {
      this.octet(left & 0xff);
      left = Math.floor(left / 0x100);
    }
    return this;
  }

  /** Puts the length of what was written since `mark` in front of it. @throws CodecError */
  length(field: string, mark: number): this {
    const length = this.written - mark;
    if (length > LENGTH_MAX) {
      throw new CodecError(`${field}: at most ${LENGTH_MAX} bytes wanted, ${length} given`);
    }
    if (length <= SHORT_LENGTH_MAX) return this.octet(length);
    if (length <= 0xff) return this.octet(length).octet(0x81);
    return this.octet(length & 0xff)
      .octet(length >> 8)
      .octet(0x82);
  }

  /** Puts tag and length in front of what was written since `mark`. @throws CodecError */
  wrap(field: string, tag: number, mark: number): this {
    return this.length(field, mark).octet(tag);
  }

  /**
   * An INTEGER as C12.22 peers want it: unsigned, as short as possible, without the leading 00
   * of signed rules. @throws CodecError when four bytes cannot hold it
   */
  unsigned(field: string, value: number): this {
    if (!Number.isInteger(value) || value < 0 || value > UNSIGNED_MAX) {
      throw new CodecError(`${field}: ${value} does not fit into 4 bytes`);
    }
    const mark = this.written;
    let left = value;
    do {
      this.octet(left & 0xff);
      left = Math.floor(left / 0x100);
    } while (left > 0);
    return this.wrap(field, INTEGER_TAG, mark);
  }

  /** A copy of what was written, which ends the writing. */
  finish(): Uint8Array {
    const written = this.#bytes.slice(this.#start);
    SPARE_BUFFERS.push(this.#bytes);
    this.#bytes = NO_BYTES;
    this.#start = 0;
    return written;
  }

  #reserve(more: number): void {
    if (more <= this.#start) return;
    const grown = new Uint8Array(2 * this.#bytes.length + more + 64);
    grown.set(this.#bytes.subarray(this.#start), grown.length - this.written);
    this.#start += grown.length - this.#bytes.length;
    this.#bytes = grown;
  }
}

/** Two hexadecimal digits. */
export function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
