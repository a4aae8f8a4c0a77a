/** Tags of APDUs (Green Book, `COSEMpdu_GB83.asn`), plain and ciphered. */
import { CodecError } from '../../bytes/codec-error.ts';
import type { XdlmsApdu } from './types.ts';

export type XdlmsService = XdlmsApdu['service'];

export const APDU_TAGS = {
  'initiate-request': 0x01,
  'initiate-response': 0x08,
  'confirmed-service-error': 0x0e,
  'data-notification': 0x0f,
  'get-request': 0xc0,
  'set-request': 0xc1,
  'event-notification': 0xc2,
  'action-request': 0xc3,
  'get-response': 0xc4,
  'set-response': 0xc5,
  'action-response': 0xc7,
  'exception-response': 0xd8,
  'access-request': 0xd9,
  'access-response': 0xda,
} as const satisfies Record<XdlmsService, number>;

/** The first octet begins no APDU that is known here: a server answers it with an exception. */
export class UnknownApdu extends CodecError {
  readonly tag: number;
  constructor(tag: number) {
    super(`APDU tag: ${tag.toString(16).padStart(2, '0')} is not known`);
    this.name = 'UnknownApdu';
    this.tag = tag;
  }
}
