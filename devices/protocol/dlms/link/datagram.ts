/**
 * One datagram of the module's link: a wrapper round general-glo-ciphering, authenticated and
 * encrypted (security control 30). The association is pre-established: both ends hold the keys, and
 * the titles say who speaks, so that one APDU is one message.
 */
import { CodecError } from '../../bytes/codec-error.ts';
import type { ApTitle } from '../../c12-22/ap-title.ts';
import { decodeApdu } from '../apdu/decode.ts';
import { encodeApdu } from '../apdu/encode.ts';
import type { XdlmsApdu } from '../apdu/types.ts';
import { openApdu, sealApdu } from '../security/ciphered-apdu.ts';
import { AUTHENTICATED_ENCRYPTION } from '../security/security-control.ts';
import type { SecurityKeys } from '../security/types.ts';
import { decodeWpdu, encodeWpdu } from '../wrapper.ts';
import { systemTitleOfApTitle, titleOfSystemTitle } from './system-title.ts';

/** Where it goes and where it came from: service access points. */
export interface Way {
  readonly source: number;
  readonly destination: number;
}

/** @throws CodecError when a value does not fit, or the title has no system title */
export function sealDatagram(
  way: Way,
  apdu: XdlmsApdu,
  from: { readonly title: ApTitle; readonly keys: SecurityKeys; readonly counter: number },
): Uint8Array {
  const sealed = sealApdu(encodeApdu(apdu), {
    form: 'general-glo',
    control: AUTHENTICATED_ENCRYPTION,
    keys: from.keys,
    systemTitle: systemTitleOfApTitle(from.title),
    counter: from.counter,
  });
  return encodeWpdu({ ...way, apdu: sealed });
}

export type OpenedDatagram =
  | {
      readonly outcome: 'good';
      readonly way: Way;
      readonly title: ApTitle;
      readonly counter: number;
      /** @throws CodecError when what stands within is no APDU */
      read(): XdlmsApdu;
    }
  /** Nothing protects it, or not enough. */
  | { readonly outcome: 'clear' }
  | { readonly outcome: 'unknown' | 'bad-tag'; readonly title: ApTitle | null };

/**
 * @param keysOf keys of whom a datagram says that it comes from; undefined for a stranger
 * @throws CodecError when it is no datagram of the link
 */
export function openDatagram(
  bytes: Uint8Array,
  keysOf: (title: ApTitle) => SecurityKeys | undefined,
): OpenedDatagram {
  const { source, destination, apdu } = decodeWpdu(bytes);
  let title: ApTitle | null = null;
  const opened = openApdu(apdu, {
    systemTitle: null,
    keys({ systemTitle, control }) {
      if (systemTitle === null || !control.authenticated || !control.encrypted) return undefined;
      title = titleOf(systemTitle);
      return title === null ? undefined : keysOf(title);
    },
  });
  switch (opened.outcome) {
    case 'clear':
      return { outcome: 'clear' };
    case 'good': {
      if (title === null) return { outcome: 'unknown', title };
      const { counter, apdu: plain } = opened;
      const way = { source, destination };
      return { outcome: 'good', way, title, counter, read: () => decodeApdu(plain) };
    }
    case 'bad-tag':
    case 'wrong-service':
      return { outcome: 'bad-tag', title };
    case 'unknown-key':
    case 'no-title':
      return opened.control.authenticated && opened.control.encrypted
        ? { outcome: 'unknown', title }
        : { outcome: 'clear' };
    case 'unsupported':
      return { outcome: 'clear' };
  }
}

function titleOf(systemTitle: Uint8Array): ApTitle | null {
  try {
    return titleOfSystemTitle(systemTitle);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}
