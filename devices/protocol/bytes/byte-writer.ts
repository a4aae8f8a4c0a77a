import type { ByteOrder } from './byte-reader.ts';
import { CodecError } from './codec-error.ts';

/** Writes fields one after the other into bytes that grow. */
export class ByteWriter {
  #bytes = new Uint8Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** An unsigned integer of up to six bytes. @throws CodecError when the field cannot hold it */
  unsigned(field: string, value: number, length: number, order: ByteOrder): this {
    return this.#integer(field, value, [0, 2 ** (8 * length)], length, order);
  }

  /** A two's complement integer of up to six bytes. @throws CodecError when it does not fit */
  signed(field: string, value: number, length: number, order: ByteOrder): this {
    const half = 2 ** (8 * length - 1);
    return this.#integer(field, value, [-half, half], length, order);
  }

  /** One byte. @throws CodecError when the value is no byte */
  octet(field: string, value: number): this {
    return this.unsigned(field, value, 1, 'big-endian');
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #integer(
    field: string,
    value: number,
    [least, beyond]: readonly [number, number],
    length: number,
    order: ByteOrder,
  ): this {
    if (!Number.isInteger(value) || value < least || value >= beyond) {
      throw new CodecError(`${field}: ${value} does not fit into ${length} bytes`);
    }
    this.#reserve(length);
    let left = value < 0 ? value + 2 ** (8 * length) : value;
    for (let index = 0; index < length; index++) {
      const place = order === 'little-endian' ? index : length - 1 - index;
      this.#bytes[this.#length + place] = left % 256;
      left = Math.floor(left / 256);
    }
    this.#length += length;
    return this;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
