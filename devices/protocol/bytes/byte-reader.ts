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
    if (length > this.left) throw new ShortRead(field, length, this.left, this.#offset);
    const start = this.#offset;
    this.#offset += length;
    // A Buffer's own slice() is a view; this is a copy for every kind of bytes.
    return Uint8Array.prototype.slice.call(this.#bytes, start, this.#offset);
  }

  /**
   * An unsigned integer of up to six bytes (which a number holds exactly).
   * @throws ShortRead
   */
  unsigned(field: string, length: number, order: ByteOrder): number {
    const bytes = this.bytes(field, length);
    if (order === 'little-endian') bytes.reverse();
    return bytes.reduce((value, byte) => value * 256 + byte, 0);
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
}
