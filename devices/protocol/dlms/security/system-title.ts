/** System titles: who made and who is a device, and half of every initialisation vector. */
import { CodecError } from '../../bytes/codec-error.ts';
import { toHex } from '../../bytes/hex.ts';
import { IV_OCTETS } from './gcm-native.ts';

export const SYSTEM_TITLE_OCTETS = 8;

const MANUFACTURER = /^[A-Z]{3}$/;
const SERIAL_OCTETS = 5;
const COUNTER_MAX = 0xffff_ffff;

/**
 * Eight octets: three letters of the manufacturer (FLAG), five of the serial number.
 * @throws CodecError when the letters are not three or the number needs more than five octets
 */
export function systemTitleOf(manufacturer: string, serial: number): Uint8Array {
  if (!MANUFACTURER.test(manufacturer)) {
    throw new CodecError('system title: three capital letters of a manufacturer wanted');
  }
  if (!Number.isInteger(serial) || serial < 0 || serial >= 2 ** (8 * SERIAL_OCTETS)) {
    throw new CodecError(`system title: ${serial} does not fit into ${SERIAL_OCTETS} octets`);
  }
  const title = new Uint8Array(SYSTEM_TITLE_OCTETS);
  for (let index = 0; index < manufacturer.length; index++) {
    title[index] = manufacturer.charCodeAt(index);
  }
  let left = serial;
  for (let index = SYSTEM_TITLE_OCTETS - 1; left > 0; index--) {
    title[index] = left % 256;
    left = Math.floor(left / 256);
  }
  return title;
}

/** For people: `MMM 0000bc614e`, or plain digits when it begins with no manufacturer. */
export function systemTitleText(title: Uint8Array): string {
  const letters = String.fromCharCode(...title.subarray(0, 3));
  return title.length === SYSTEM_TITLE_OCTETS && MANUFACTURER.test(letters)
    ? `${letters} ${toHex(title.subarray(3))}`
    : toHex(title);
}

/**
 * Title of whom a text comes from, and its invocation counter. No two texts under one key may have
 * the same (SP 800-38D 8): the caller's counter store sees to it.
 * @throws CodecError when the title has not eight octets or the counter does not fit into four
 */
export function initialisationVector(systemTitle: Uint8Array, counter: number): Uint8Array {
  if (systemTitle.length !== SYSTEM_TITLE_OCTETS) {
    throw new CodecError(
      `system title: ${SYSTEM_TITLE_OCTETS} octets wanted, ${systemTitle.length} given`,
    );
  }
  if (!Number.isInteger(counter) || counter < 0 || counter > COUNTER_MAX) {
    throw new CodecError(`invocation counter: ${counter} does not fit into 4 octets`);
  }
  const iv = new Uint8Array(IV_OCTETS);
  iv.set(systemTitle);
  writeCounter(iv, SYSTEM_TITLE_OCTETS, counter);
  return iv;
}

/** Writes the four octets of an invocation counter. */
export function writeCounter(octets: Uint8Array, at: number, counter: number): void {
  octets[at] = counter >>> 24;
  octets[at + 1] = counter >>> 16;
  octets[at + 2] = counter >>> 8;
  octets[at + 3] = counter;
}
