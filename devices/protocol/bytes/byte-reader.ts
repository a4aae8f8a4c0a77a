import { CodecError, ShortRead } from './codec-error.ts';

export type ByteOrder = 'big-endian' | 'little-endian';

/** Reads fields one after the other; every read names its field, so that a short read can tell. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get offset(): number {
    return this.#offset;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /** The next `length` bytes as a copy. @throws ShortRead */
  bytes(field: string, length: number): Uint8Array {
    const start = this.#skip(field, length);
    // A Buffer's own slice() is a view, and what it would make is a Buffer again.
    return new Uint8Array(this.#bytes.subarray(start, this.#offset));
  }

  /** The next `length` bytes as a view, which changes with what is read. @throws ShortRead */
  view(field: string, length: number): Uint8Array {
    const start = this.#skip(field, length);
    return this.#bytes.subarray(start, this.#offset);
  }

  /**
   * An unsigned integer of up to six bytes (which a number holds exactly).
   * @throws ShortRead
   */
  unsigned(field: string, length: number, order: ByteOrder): number {
    const start = this.#skip(field, length);
    let value = 0;
    for (let index = 0; index < length; index++) {
      const at = order === 'big-endian' ? start + index : this.#offset - 1 - index;
      value = value * 256 + (this.#bytes[at] ?? 0);
    }
    return value;
  }

  /** A two's complement integer of up to six bytes. @throws ShortRead */
  signed(field: string, length: number, order: ByteOrder): number {
    const value = this.unsigned(field, length, order);
    const span = 2 ** (8 * length);
    return value >= span / 2 ? value - span : value;
  }

  /** One byte. @throws ShortRead */
  octet(field: string): number {
    return this.unsigned(field, 1, 'big-endian');
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.bytes('rest', this.left);
  }

  /** @throws CodecError when bytes are left over */
  end(what: string): void {
    if (this.left > 0) {
      throw new CodecError(`${what}: ${this.left} bytes left over at offset ${this.#offset}`);
    }
  }

  /** Where the bytes that are passed over begin. @throws ShortRead */
  #skip(field: string, length: number): number {
    const start = this.#offset;
    const left = this.#bytes.length - start;
    if (length > left) throw new ShortRead(field, length, left, start);
    this.#offset = start + length;
    return start;
  }
}
