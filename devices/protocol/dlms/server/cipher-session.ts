/** Ciphering of one association: opens what the client sent, and seals the answer the same way. */
import { CodecError } from '../../bytes/codec-error.ts';
import type { AssociationProfile, CosemHost } from '../cosem/host.ts';
import {
  CIPHERING_OCTETS_MOST,
  type CipheredHead,
  isCiphered,
  type OpenedApdu,
  openApdu,
  sealApdu,
} from '../security/ciphered-apdu.ts';
import { createGcmCipher } from '../security/gcm.ts';
import { AUTHENTICATED_ENCRYPTION } from '../security/security-control.ts';
import type { GcmCipher, SecurityKeys } from '../security/types.ts';
import { APDU_TAGS } from '../apdu/tags.ts';
import { isSameBytes } from '../same-bytes.ts';

/** An APDU in the clear, and how its answer goes back. */
export interface Opened {
  readonly plain: Uint8Array;
  /** Once only: it has a counter of its own. */
  readonly seal: (plain: Uint8Array) => Uint8Array;
  /** Octets that sealing adds, at most. */
  readonly overhead: number;
}

export type Unopened =
  /** Its tag begins no APDU that is known. */
  | { readonly refused: 'unknown' }
  /** It came in the clear. */
  | { readonly refused: 'not-ciphered' }
  /** Not proved to come from the client as it is, or not protected as it has to be. */
  | { readonly refused: 'not-authentic' }
  | { readonly refused: 'old-counter'; readonly expectedCounter: number };

const KNOWN_TAGS: ReadonlySet<number> = new Set(Object.values(APDU_TAGS));

interface Dedicated {
  readonly cipher: GcmCipher;
  /** Highest counter that the client used with it; it ends with the association. */
  counter: number;
}

export class CipherSession {
  readonly #host: CosemHost;
  readonly #association: AssociationProfile;
  readonly #clientTitle: Uint8Array;
  #dedicated: Dedicated | null = null;

  constructor(host: CosemHost, association: AssociationProfile, clientTitle: Uint8Array) {
    this.#host = host;
    this.#association = association;
    this.#clientTitle = clientTitle;
  }

  /** The key that the client gave for this association. @throws CodecError when it is none */
  useDedicatedKey(key: Uint8Array): void {
    this.#dedicated = { cipher: createGcmCipher(key), counter: -1 };
  }

  /** Opens an APDU that has to be ciphered. A counter is taken only when its APDU is authentic. */
  open(octets: Uint8Array): Opened | Unopened {
    if (!isCiphered(octets)) {
      return { refused: KNOWN_TAGS.has(octets[0] ?? 0) ? 'not-ciphered' : 'unknown' };
    }
    const opened = this.#deciphered(octets);
    if (opened?.outcome !== 'good' || !this.#isAsAgreed(opened)) {
      return { refused: 'not-authentic' };
    }
    const old = this.#oldCounter(opened);
    if (old !== null) return { refused: 'old-counter', expectedCounter: old };
    return { plain: opened.apdu, seal: this.#sealing(opened), overhead: CIPHERING_OCTETS_MOST };
  }

  #deciphered(octets: Uint8Array): OpenedApdu | null {
    try {
      return openApdu(octets, {
        systemTitle: this.#clientTitle,
        keys: (head) => this.#keys(head),
      });
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return null;
    }
  }

  #keys({ form }: Pick<CipheredHead, 'form'>): SecurityKeys | undefined {
    const keys = this.#host.keys(this.#association);
    if (form === 'glo' || form === 'general-glo') return keys;
    return this.#dedicated === null ? undefined : { ...keys, cipher: this.#dedicated.cipher };
  }

  #isAsAgreed({ control, systemTitle }: CipheredHead): boolean {
    return (
      control.authenticated &&
      control.encrypted &&
      !control.broadcast &&
      systemTitle !== null &&
      isSameBytes(systemTitle, this.#clientTitle)
    );
  }

  /** The counter that is expected instead, when it is not new; null when it was new, and is taken. */
  #oldCounter({ form, counter }: CipheredHead): number | null {
    const dedicated = this.#dedicated;
    if (dedicated !== null && (form === 'ded' || form === 'general-ded')) {
      if (counter <= dedicated.counter) return dedicated.counter + 1;
      dedicated.counter = counter;
      return null;
    }
    if (this.#host.takeCounter(this.#association, counter)) return null;
    return this.#host.expectedCounter(this.#association);
  }

  /**
   * Keys and counter of the answer are those of now: when the request changes the key, its answer
   * still goes out under the old one, and a counter of the new one may have been used under it.
   */
  #sealing({ form }: CipheredHead): Opened['seal'] {
    const keys = this.#keys({ form });
    const counter = this.#host.nextCounter(this.#association);
    const { systemTitle } = this.#host;
    return (plain) => {
      if (keys === undefined) throw new CodecError('the key was there, and is gone');
      return sealApdu(plain, {
        form,
        control: AUTHENTICATED_ENCRYPTION,
        keys,
        systemTitle,
        counter,
      });
    };
  }
}

/** What is not ciphered is answered as it came. */
export function openedPlainly(plain: Uint8Array): Opened {
  return { plain, seal: (answer) => answer, overhead: 0 };
}
