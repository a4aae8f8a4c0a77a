import { CodecError } from '../bytes/codec-error.ts';

/**
 * A logical name: six value groups as people write them, `0.0.1.0.0.255` (IEC 62056-61). Text is
 * the form in which they are compared, kept in maps and written in files.
 */
export type Obis = `${number}.${number}.${number}.${number}.${number}.${number}`;

const GROUPS = 6;

/** The six octets of a logical name. @throws CodecError when a group is no octet */
export function obisBytes(obis: string): Uint8Array {
  const groups = obis.split('.');
  if (
    groups.length !== GROUPS ||
    groups.some((group) => !/^\d{1,3}$/.test(group) || +group > 255)
  ) {
    throw new CodecError(`'${obis.slice(0, 40)}' is no logical name: six numbers up to 255 wanted`);
  }
  return Uint8Array.from(groups, Number);
}

/** @throws CodecError when there are not six octets */
export function obisText(bytes: Uint8Array): Obis {
  if (bytes.length !== GROUPS) {
    throw new CodecError(`logical name: ${GROUPS} octets wanted, ${bytes.length} given`);
  }
  return Array.from(bytes).join('.') as Obis;
}
