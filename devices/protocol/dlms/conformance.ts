/** The conformance block: what both ends of an association can do (Green Book, `COSEMpdu_GB83.asn`). */
import { CodecError } from '../bytes/codec-error.ts';

/** Bits, counted from the highest of 24; those that are missing are reserved. */
export const CONFORMANCE_BITS = {
  'general-protection': 1,
  'general-block-transfer': 2,
  read: 3,
  write: 4,
  'unconfirmed-write': 5,
  'attribute0-supported-with-set': 8,
  'priority-mgmt-supported': 9,
  'attribute0-supported-with-get': 10,
  'block-transfer-with-get-or-read': 11,
  'block-transfer-with-set-or-write': 12,
  'block-transfer-with-action': 13,
  'multiple-references': 14,
  'information-report': 15,
  'data-notification': 16,
  access: 17,
  'parameterized-access': 18,
  get: 19,
  set: 20,
  'selective-access': 21,
  'event-notification': 22,
  action: 23,
} as const;

export type ConformanceBit = keyof typeof CONFORMANCE_BITS;

const HIGHEST_BIT = 23;
const CONFORMANCE_MAX = 0xff_ffff;

/** The 24 bits as a number. */
export function conformanceOf(...bits: readonly ConformanceBit[]): number {
  return bits.reduce((conformance, bit) => conformance | maskOf(bit), 0);
}

/** All services with logical names that our ends of an association have, but general protection. */
export const LOGICAL_NAME_SERVICES = conformanceOf(
  'block-transfer-with-get-or-read',
  'block-transfer-with-set-or-write',
  'block-transfer-with-action',
  'multiple-references',
  'access',
  'get',
  'set',
  'selective-access',
  'action',
);

export function conforms(conformance: number, bit: ConformanceBit): boolean {
  return (conformance & maskOf(bit)) !== 0;
}

/** Names of the bits that are set, the highest first; reserved ones have none. @throws CodecError */
export function conformanceBits(conformance: number): ConformanceBit[] {
  if (!Number.isInteger(conformance) || conformance < 0 || conformance > CONFORMANCE_MAX) {
    throw new CodecError(`conformance: ${conformance} is no number of 24 bits`);
  }
  const bits = Object.keys(CONFORMANCE_BITS) as ConformanceBit[];
  return bits.filter((bit) => conforms(conformance, bit));
}

function maskOf(bit: ConformanceBit): number {
  return 1 << (HIGHEST_BIT - CONFORMANCE_BITS[bit]);
}
