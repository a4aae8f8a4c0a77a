import { CodecError } from '../bytes/codec-error.ts';
import { APDU_TAG } from './apdu.ts';
import { BerReader, hexByte } from './ber.ts';

/** Tag, 82 and two bytes of length. */
const HEADER_LENGTH_MAX = 4;

/**
 * Cuts a byte stream into APDUs: on TCP they follow each other without any framing but their own
 * length (RFC 6142). However the stream is cut, the same APDUs come out.
 */
export class ApduReceiver {
  readonly #lengthMax: number;
  #pending = new Uint8Array();

  /** @param lengthMax greatest length of an APDU, header included, that is waited for */
  constructor(lengthMax = 0xffff + HEADER_LENGTH_MAX) {
    this.#lengthMax = lengthMax;
  }

  /**
   * Takes bytes that arrived and returns the APDUs that they complete, as copies.
   * @throws CodecError when the stream is out of step or an APDU too long: nothing that comes
   * after can be believed, so the connection has to be closed
   */
  receive(bytes: Uint8Array): Uint8Array[] {
    const stream = new Uint8Array(this.#pending.length + bytes.length);
    stream.set(this.#pending);
    stream.set(bytes, this.#pending.length);
    const apdus: Uint8Array[] = [];
    let start = 0;
    for (;;) {
      const length = this.#nextLength(stream, start);
      if (length === undefined || start + length > stream.length) break;
      apdus.push(stream.slice(start, start + length));
      start += length;
    }
    this.#pending = stream.slice(start);
    return apdus;
  }

  /** How long the APDU is that begins here; undefined while its header is not complete. */
  #nextLength(bytes: Uint8Array, at: number): number | undefined {
    const [tag, first] = [bytes[at], bytes[at + 1]];
    if (tag !== undefined && tag !== APDU_TAG) {
      throw new CodecError(`APDU tag: ${hexByte(APDU_TAG)} wanted, ${hexByte(tag)} found`);
    }
    if (first === undefined) return undefined;
    const headerLength = first === 0x82 ? 4 : first === 0x81 ? 3 : 2;
    if (bytes.length < at + headerLength) return undefined;
    const length = headerLength + new BerReader(bytes, at + 1).length('APDU');
    if (length > this.#lengthMax) {
      throw new CodecError(`APDU: at most ${this.#lengthMax} bytes wanted, ${length} announced`);
    }
    return length;
  }
}
