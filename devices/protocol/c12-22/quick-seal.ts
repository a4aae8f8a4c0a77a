/**
 * Sealing of the APDU that a fleet sends a hundred thousand times a second: ciphered, key id and IV in
 * AC, nothing but titles, invocation ids, qualifier and services. Message and canonified cleartext
 * are written into buffers that stay; the general way writes, reads and copies each part. It gives
 * the same bytes as `sealApdu`'s general way, which is what it is tested against.
 */
import { CodecError } from '../bytes/codec-error.ts';
import {
  APDU_TAG,
  type ApduHead,
  AUTHENTICATION_HEAD,
  AUTHENTICATION_TAGS,
  ELEMENT_TAGS,
  encodeQualifier,
  EXTERNAL_TAG,
  IV_LENGTH,
  OCTET_ALIGNED_TAG,
} from './apdu.ts';
import { INTEGER_TAG, SHORT_LENGTH_MAX, UNSIGNED_MAX } from './ber.ts';
import { type EpsemContent, encodeControl, MAC_LENGTH } from './epsem.ts';
import type { Protection } from './secure-apdu.ts';

/** An APDU within these needs lengths of two bytes at most, 81 and one byte. */
const MOST_BYTES = 256;
const MOST_SERVICE_BYTES = 96;

/** What calls work on. Calls do not overlap. The message is written from its end. */
const message = new Uint8Array(MOST_BYTES);
const cleartext = new Uint8Array(MOST_BYTES);
let start = 0;
let covered = 0;

/** Whether the quick way knows this shape; else the general one has to do it. */
export function canSealQuickly(
  head: ApduHead,
  content: EpsemContent,
  { mode, parametersFrom }: Protection,
): boolean {
  const { services } = content;
  const [service] = services;
  return (
    mode === 'ciphered' &&
    parametersFrom === 'apdu' &&
    head.applicationContext === undefined &&
    head.mechanism === undefined &&
    head.called !== undefined &&
    head.calling !== undefined &&
    head.called.absolute.length + head.calling.absolute.length <= 48 &&
    content.edClass === undefined &&
    service !== undefined &&
    services.length === 1 &&
    service.length > 0 &&
    service.length <= MOST_SERVICE_BYTES
  );
}

/**
 * Seals what {@link canSealQuickly}.
 * @throws CodecError when a number does not fit its field
 */
export function sealQuickly(
  head: ApduHead,
  content: EpsemContent,
  { cipher, parameters }: Protection,
): Uint8Array {
  const { called, calling } = head;
  const [service] = content.services;
  if (called === undefined || calling === undefined || service === undefined) {
    throw new CodecError('quick seal: titles and one service wanted');
  }
  const { keyId, iv } = parameters;
  fits('key id', keyId, 0xff);
  fits('IV', iv, UNSIGNED_MAX);
  start = MOST_BYTES;
  // EPSEM, from its end: room for the MAC, the service with its length, the control byte.
  start -= MAC_LENGTH;
  put(service);
  putLength(service.length);
  octet(encodeControl(content, 'ciphered'));
  putLength(MOST_BYTES - start);
  octet(OCTET_ALIGNED_TAG);
  putLength(MOST_BYTES - start);
  octet(EXTERNAL_TAG);
  putLength(MOST_BYTES - start);
  octet(ELEMENT_TAGS.userInformation);
  const informationAt = start;
  word(iv);
  octet(IV_LENGTH);
  octet(AUTHENTICATION_TAGS.iv);
  octet(keyId);
  for (let at = AUTHENTICATION_HEAD.length - 1; at >= 0; at--) octet(AUTHENTICATION_HEAD[at] ?? 0);
  putInteger('callingInvocation', ELEMENT_TAGS.callingInvocation, head.callingInvocation);
  if (head.qualifier !== undefined) {
    const bits = encodeQualifier(head.qualifier);
    putInteger('callingQualifier', ELEMENT_TAGS.callingQualifier, bits);
  }
  const afterCalling = start;
  put(calling.uid);
  putLength(calling.uid.length);
  octet(ELEMENT_TAGS.calling);
  const callingAt = start;
  putInteger('calledInvocation', ELEMENT_TAGS.calledInvocation, head.calledInvocation);
  const afterCalled = start;
  put(called.uid);
  putLength(called.uid.length);
  octet(ELEMENT_TAGS.called);
  putLength(MOST_BYTES - start);
  octet(APDU_TAG);

  // The canonified cleartext, in the order of canonify.ts.
  covered = 0;
  coverTitle(ELEMENT_TAGS.called, called.absolute);
  cover(afterCalled, callingAt);
  cover(afterCalling, informationAt);
  const serviceAt = MOST_BYTES - MAC_LENGTH - service.length - lengthBytes(service.length);
  cover(informationAt, serviceAt);
  coverTitle(ELEMENT_TAGS.calling, calling.absolute);
  cleartext[covered++] = keyId;
  cleartext[covered++] = iv >>> 24;
  cleartext[covered++] = (iv >>> 16) & 0xff;
  cleartext[covered++] = (iv >>> 8) & 0xff;
  cleartext[covered++] = iv & 0xff;

  const bytes = message.slice(start);
  const end = bytes.length - MAC_LENGTH;
  cipher.seal(
    cleartext.subarray(0, covered),
    bytes.subarray(serviceAt - start, end),
    bytes.subarray(end),
  );
  return bytes;
}

function fits(field: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new CodecError(`${field}: ${value} does not fit into ${most > 0xff ? 4 : 1} bytes`);
}

function octet(byte: number): void {
  message[--start] = byte;
}

function put(bytes: Uint8Array): void {
  start -= bytes.length;
  // A loop: for some twenty bytes the call of set() costs more.
  for (let at = 0; at < bytes.length; at++) message[start + at] = bytes[at] ?? 0;
}

function word(value: number): void {
  octet(value & 0xff);
  octet((value >>> 8) & 0xff);
  octet((value >>> 16) & 0xff);
  octet(value >>> 24);
}

/** Puts a length in front of what it is the length of; below 256 by what this way seals. */
function putLength(length: number): void {
  octet(length);
  if (length > SHORT_LENGTH_MAX) octet(0x81);
}

function lengthBytes(length: number): number {
  return length > SHORT_LENGTH_MAX ? 2 : 1;
}

/** An element with an INTEGER, as short as possible. */
function putInteger(field: string, tag: number, value: number | undefined): void {
  if (value === undefined) return;
  fits(field, value, UNSIGNED_MAX);
  const before = start;
  let left = value;
  do {
    octet(left & 0xff);
    left >>>= 8;
  } while (left > 0);
  octet(before - start);
  octet(INTEGER_TAG);
  octet(before - start);
  octet(tag);
}

function cover(from: number, to: number): void {
  for (let at = from; at < to; at++) cleartext[covered++] = message[at] ?? 0;
}

function coverTitle(tag: number, absolute: Uint8Array): void {
  cleartext[covered++] = tag;
  cleartext[covered++] = absolute.length;
  for (let at = 0; at < absolute.length; at++) cleartext[covered++] = absolute[at] ?? 0;
}
