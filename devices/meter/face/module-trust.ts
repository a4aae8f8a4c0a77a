import { CodecError } from '../../protocol/bytes/codec-error.ts';
import type { Apdu } from '../../protocol/c12-22/apdu.ts';
import type { EaxPrimeCipher } from '../../protocol/c12-22/eax-prime.ts';
import type { EpsemContent } from '../../protocol/c12-22/epsem.ts';
import { type OpenedApdu, openApdu } from '../../protocol/c12-22/secure-apdu.ts';

/** Whom a module believes. */

export type Host = 'head-end' | 'configuration-server';

export type ApduRefusal = 'bad mac' | 'replay' | 'clear' | 'unknown' | 'malformed';

/** An authentic APDU and who sent it. */
export interface Believed {
  readonly apdu: Apdu;
  readonly content: EpsemContent;
  readonly from: Host;
}

/** What one module knows of those who may speak to it. */
export interface Trust {
  readonly keyId: number;
  readonly cipher: () => EaxPrimeCipher;
  /** Which server an APDU for this module comes from; undefined when it comes from nobody it knows. */
  readonly senderOf: (apdu: Apdu) => Host | undefined;
  /** Takes an IV, which it does once. */
  readonly isNew: (from: Host, iv: number) => boolean;
}

/** Opens an APDU; what is not believed has a reason instead. */
export function openTrusted(bytes: Uint8Array, trust: Trust): Believed | ApduRefusal {
  const { keyId, cipher, senderOf, isNew } = trust;
  let opened: OpenedApdu;
  try {
    opened = openApdu(bytes, {
      cipher: (announced, apdu) =>
        announced === keyId && senderOf(apdu) !== undefined ? cipher() : undefined,
    });
  } catch (error) {
    if (error instanceof CodecError) return 'malformed';
    throw error;
  }
  switch (opened.outcome) {
    case 'clear':
      return 'clear';
    case 'bad-mac':
    case 'short-cleartext':
      return 'bad mac';
    case 'unknown-key':
    case 'no-parameters':
      return 'unknown';
    case 'good': {
      const { apdu, content, control, parameters } = opened;
      // PINs and settings never travel readable. SEC-01
      if (control.security !== 'ciphered') return 'clear';
      const from = senderOf(apdu);
      if (from === undefined) return 'unknown';
      return isNew(from, parameters.iv) ? { apdu, content, from } : 'replay';
    }
  }
}
