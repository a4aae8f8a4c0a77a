/**
 * Opening of the APDU that a sink gets a hundred thousand times a second: relative titles, key id and IV
 * in AC, ciphered. It copies the parts that the MAC covers into a buffer that stays, and makes no
 * object of any element. What has another shape is left to `openApdu`, which is its oracle.
 */
import { wordAt } from './aes-tables.ts';
import {
  APDU_TAG,
  AUTHENTICATION_HEAD,
  AUTHENTICATION_TAGS,
  ELEMENT_TAGS,
  EXTERNAL_TAG,
  IV_LENGTH,
  OCTET_ALIGNED_TAG,
} from './apdu.ts';
import { C12_22_ROOT, isBody, UID_TAGS } from './ap-title.ts';
import { INTEGER_TAG, SHORT_LENGTH_MAX } from './ber.ts';
import type { EaxPrimeCipher } from './eax-prime.ts';
import { MAC_LENGTH } from './epsem.ts';

const MOST_BYTES = 1024;
/** Control byte: protected and ciphered, whatever the response control; no ED class, no proxy. */
const CIPHERED_CONTROL = { mask: 0xfc, bits: 0x88 } as const;
/** Key id, tag and length of the IV, and the IV follow the head. */
const AUTHENTICATION_LENGTH = AUTHENTICATION_HEAD.length + 3 + IV_LENGTH;

/**
 * Finds the cipher of who calls.
 * @param from where the body of its relative title begins in the bytes @param to where it ends
 */
export type CipherOf = (
  bytes: Uint8Array,
  from: number,
  to: number,
  keyId: number,
) => EaxPrimeCipher | undefined;

/** Opens APDUs one after the other; what it found of the last one stands in its fields. */
export class QuickOpener {
  /** Of the last APDU: four bytes as an unsigned number. */
  iv = 0;
  readonly #cipherOf: CipherOf;
  readonly #cleartext = new Uint8Array(MOST_BYTES);
  readonly #text = new Uint8Array(MOST_BYTES);
  #covered = 0;
  #at = 0;

  constructor(cipherOf: CipherOf) {
    this.#cipherOf = cipherOf;
  }

  /**
   * Opens exactly one APDU, which stays as it is.
   * @returns whether it is authentic and read; if not, the general way must say what it is
   */
  open(bytes: Uint8Array): boolean {
    this.#at = 0;
    this.#covered = 0;
    if (bytes.length > MOST_BYTES / 2) return false;
    if (this.#enter(bytes, APDU_TAG, bytes.length) !== bytes.length) return false;
    const called = this.#enterTitle(bytes, ELEMENT_TAGS.called);
    if (called < 0) return false;
    this.#coverTitle(bytes, ELEMENT_TAGS.called, this.#at, called);
    this.#at = called;
    if (!this.#coverElement(bytes, ELEMENT_TAGS.calledInvocation)) return false;
    const callingEnd = this.#enterTitle(bytes, ELEMENT_TAGS.calling);
    if (callingEnd < 0) return false;
    const callingAt = this.#at;
    this.#at = callingEnd;
    if (!this.#coverElement(bytes, ELEMENT_TAGS.callingQualifier)) return false;
    if (!this.#coverElement(bytes, ELEMENT_TAGS.callingInvocation)) return false;
    const keyAt = this.#at + AUTHENTICATION_HEAD.length;
    if (!this.#isAuthentication(bytes)) return false;
    const keyId = bytes[keyAt] ?? 0;
    this.#cover(bytes, this.#at, this.#at + AUTHENTICATION_LENGTH);
    this.#at += AUTHENTICATION_LENGTH;
    const informationAt = this.#at;
    if (this.#enter(bytes, ELEMENT_TAGS.userInformation, bytes.length) !== bytes.length)
      return false;
    if (this.#enter(bytes, EXTERNAL_TAG, bytes.length) !== bytes.length) return false;
    if (this.#enter(bytes, OCTET_ALIGNED_TAG, bytes.length) !== bytes.length) return false;
    const control = bytes[this.#at] ?? 0;
    const textAt = this.#at + 1;
    const macAt = bytes.length - MAC_LENGTH;
    if ((control & CIPHERED_CONTROL.mask) !== CIPHERED_CONTROL.bits || macAt < textAt) return false;
    this.#cover(bytes, informationAt, textAt);
    this.#coverTitle(bytes, ELEMENT_TAGS.calling, callingAt, callingEnd);
    this.#cover(bytes, keyAt, keyAt + 1);
    this.#cover(bytes, keyAt + 3, keyAt + 7);
    this.iv = wordAt(bytes, keyAt + 3) >>> 0;
    const cipher = this.#cipherOf(bytes, callingAt, callingEnd, keyId);
    if (cipher === undefined) return false;
    const length = macAt - textAt;
    for (let at = 0; at < length; at++) this.#text[at] = bytes[textAt + at] ?? 0;
    const opened = cipher.open(
      this.#cleartext.subarray(0, this.#covered),
      this.#text.subarray(0, length),
      bytes.subarray(macAt),
    );
    return opened && this.#isList(length);
  }

  /** Enters an element and tells where it ends; -1 for another tag, or one that ends too late. */
  #enter(bytes: Uint8Array, tag: number, end: number): number {
    if (bytes[this.#at] !== tag) return -1;
    const first = bytes[this.#at + 1] ?? 0xff;
    let length = first;
    this.#at += 2;
    if (first > SHORT_LENGTH_MAX) {
      if (first !== 0x81) return -1;
      length = bytes[this.#at++] ?? 0;
    }
    const elementEnd = this.#at + length;
    return elementEnd > end ? -1 : elementEnd;
  }

  /** Enters a relative title down to its body. */
  #enterTitle(bytes: Uint8Array, tag: number): number {
    const end = this.#enter(bytes, tag, bytes.length);
    if (end < 0) return -1;
    const bodyEnd = this.#enter(bytes, UID_TAGS.relative, end);
    return bodyEnd === end && isBody(bytes, this.#at, end) ? end : -1;
  }

  /** Covers an element that need not be there, as it was sent; false when it does not end. */
  #coverElement(bytes: Uint8Array, tag: number): boolean {
    if (bytes[this.#at] !== tag) return true;
    const from = this.#at;
    const end = this.#enter(bytes, tag, bytes.length);
    // An INTEGER of one to four bytes, which the general way reads as well.
    if (end < 0 || bytes[this.#at] !== INTEGER_TAG) return false;
    const length = bytes[this.#at + 1] ?? 0;
    if (length < 1 || length > 4 || this.#at + 2 + length !== end) return false;
    this.#cover(bytes, from, end);
    this.#at = end;
    return true;
  }

  #isAuthentication(bytes: Uint8Array): boolean {
    for (let at = 0; at < AUTHENTICATION_HEAD.length; at++) {
      if (bytes[this.#at + at] !== AUTHENTICATION_HEAD[at]) return false;
    }
    const vectorAt = this.#at + AUTHENTICATION_HEAD.length + 1;
    return (
      bytes[vectorAt] === AUTHENTICATION_TAGS.iv &&
      bytes[vectorAt + 1] === IV_LENGTH &&
      vectorAt + 2 + IV_LENGTH <= bytes.length
    );
  }

  #cover(bytes: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to; at++) this.#cleartext[this.#covered++] = bytes[at] ?? 0;
  }

  #coverTitle(bytes: Uint8Array, tag: number, from: number, to: number): void {
    const length = C12_22_ROOT.length + to - from;
    const cleartext = this.#cleartext;
    cleartext[this.#covered++] = tag;
    cleartext[this.#covered++] = length + 2;
    cleartext[this.#covered++] = UID_TAGS.absolute;
    cleartext[this.#covered++] = length;
    for (const byte of C12_22_ROOT) cleartext[this.#covered++] = byte;
    this.#cover(bytes, from, to);
  }

  /** Whether what was deciphered is a list of services, as decodeContent reads it. */
  #isList(length: number): boolean {
    let at = 0;
    while (at < length) {
      const first = this.#text[at] ?? 0;
      if (first > SHORT_LENGTH_MAX) return false;
      if (first === 0) return true;
      at += 1 + first;
    }
    return at === length;
  }
}
