import type { LanguageName } from '../../devices/domain/language.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { APDU_TAG } from '../../devices/protocol/c12-22/apdu.ts';

/** Tag, 82 and two bytes; version, two access points and the length (IEC 62056-47). */
const LONGEST_APDU_HEAD = 4;
const WRAPPER_HEAD = 8;

/**
 * Cuts what a trunk carries into messages, as views where the bytes came in one piece: APDUs of C12.22
 * follow each other with no framing but their own length (RFC 6142), those of DLMS have the wrapper.
 */
export class StreamCutter {
  readonly #lengthOf: (bytes: Uint8Array, at: number) => number | undefined;
  #pending: Uint8Array = new Uint8Array();

  constructor(language: LanguageName) {
    this.#lengthOf = language === 'dlms' ? wrapperLength : apduLength;
  }

  /**
   * Takes bytes that arrived and returns the messages that they complete. They are views of `bytes`
   * but for one that had begun before.
   * @throws CodecError when the stream is out of step: nothing that comes after can be believed
   */
  receive(bytes: Uint8Array): Uint8Array[] {
    let stream = bytes;
    if (this.#pending.length > 0) {
      stream = new Uint8Array(this.#pending.length + bytes.length);
      stream.set(this.#pending);
      stream.set(bytes, this.#pending.length);
    }
    const messages: Uint8Array[] = [];
    let at = 0;
    for (;;) {
      const length = this.#lengthOf(stream, at);
      if (length === undefined || at + length > stream.length) break;
      messages.push(stream.subarray(at, at + length));
      at += length;
    }
    this.#pending = new Uint8Array(stream.subarray(at));
    return messages;
  }
}

/** Undefined while its head is not complete. */
function apduLength(bytes: Uint8Array, at: number): number | undefined {
  const tag = bytes[at];
  if (tag !== undefined && tag !== APDU_TAG) {
    throw new CodecError(`trunk: tag 60 of an APDU wanted, ${tag.toString(16)} found`);
  }
  const first = bytes[at + 1];
  if (first === undefined) return undefined;
  if (first < 0x80) return 2 + first;
  const bytesOfLength = first & 0x7f;
  if (bytesOfLength === 0 || bytesOfLength > LONGEST_APDU_HEAD - 2) {
    throw new CodecError(`trunk: a length of one or two bytes wanted, ${first.toString(16)} found`);
  }
  if (at + 2 + bytesOfLength > bytes.length) return undefined;
  const [high = 0, low = 0] = bytes.subarray(at + 2, at + 4);
  return 2 + bytesOfLength + (bytesOfLength === 1 ? high : high * 0x100 + low);
}

function wrapperLength(bytes: Uint8Array, at: number): number | undefined {
  if (at + WRAPPER_HEAD > bytes.length) return undefined;
  const [version, low] = [(bytes[at] ?? 0) * 0x100 + (bytes[at + 1] ?? 0), bytes[at + 7] ?? 0];
  if (version !== 1) throw new CodecError(`trunk: wrapper version 1 wanted, ${version} found`);
  return WRAPPER_HEAD + (bytes[at + 6] ?? 0) * 0x100 + low;
}
