/** The client's end of ciphering: seals requests, opens answers, and knows which of them are new. */
import { CodecError } from '../../bytes/codec-error.ts';
import { type CipheredHead, openApdu, sealApdu, formFor } from '../security/ciphered-apdu.ts';
import { createGcmCipher } from '../security/gcm.ts';
import { AUTHENTICATED_ENCRYPTION } from '../security/security-control.ts';
import type { CipheredForm, GcmCipher, SecurityKeys } from '../security/types.ts';
import type { ClientCiphering, ClientSecurity } from './options.ts';

/** What an APDU is that came. */
export type Arrived =
  | { readonly is: 'clear' | 'deciphered'; readonly apdu: Uint8Array }
  /** Its counter was seen before: sent twice, or by somebody who listened. */
  | { readonly is: 'replay'; readonly counter: number };

export class ClientCipher {
  readonly #security: ClientSecurity;
  readonly #form: CipheredForm;
  readonly #dedicated: GcmCipher | null;
  #serverTitle: Uint8Array | null;
  #serverCounter: number;
  /** A dedicated key is new with its association, and so are the counters under it. */
  #dedicatedCounter = -1;

  /** @param dedicatedKey null without one */
  constructor(
    security: ClientSecurity,
    { form }: ClientCiphering,
    dedicatedKey: Uint8Array | null,
  ) {
    this.#security = security;
    this.#form = form;
    this.#dedicated = dedicatedKey === null ? null : createGcmCipher(dedicatedKey);
    this.#serverTitle = security.serverTitle;
    this.#serverCounter = security.lastServerCounter;
  }

  /** Highest counter that the server used with the global key. */
  get serverCounter(): number {
    return this.#serverCounter;
  }

  /** As the AARE tells it. */
  set serverTitle(title: Uint8Array) {
    this.#serverTitle = title;
  }

  /** @param isInitiate of AARQ and RLRQ, which go under the global key whatever follows */
  seal(plain: Uint8Array, isInitiate = false): Uint8Array {
    const form = formFor(isInitiate ? globalForm(this.#form) : this.#form, plain);
    const keys = this.#keys(form);
    if (keys === undefined) throw new CodecError(`${form}-ciphering without a dedicated key`);
    const { systemTitle, nextCounter } = this.#security;
    return sealApdu(plain, {
      form,
      control: AUTHENTICATED_ENCRYPTION,
      keys,
      systemTitle,
      counter: nextCounter(),
    });
  }

  /** @throws CodecError when it is not authentic, or not protected */
  open(octets: Uint8Array): Arrived {
    const opened = openApdu(octets, {
      systemTitle: this.#serverTitle,
      keys: (head) => this.#keys(head.form),
    });
    if (opened.outcome === 'clear') return { is: 'clear', apdu: opened.apdu };
    if (opened.outcome !== 'good') throw new CodecError(`ciphered answer: ${opened.outcome}`);
    if (!opened.control.authenticated || !opened.control.encrypted) {
      throw new CodecError('ciphered answer: less protected than the request');
    }
    return this.#isNew(opened)
      ? { is: 'deciphered', apdu: opened.apdu }
      : { is: 'replay', counter: opened.counter };
  }

  #keys(form: CipheredForm): SecurityKeys | undefined {
    const keys = this.#security.keys();
    if (form === globalForm(form)) return keys;
    return this.#dedicated === null ? undefined : { ...keys, cipher: this.#dedicated };
  }

  #isNew({ form, counter }: CipheredHead): boolean {
    if (form === globalForm(form)) {
      if (counter <= this.#serverCounter) return false;
      this.#serverCounter = counter;
    } else {
      if (counter <= this.#dedicatedCounter) return false;
      this.#dedicatedCounter = counter;
    }
    return true;
  }
}

function globalForm(form: CipheredForm): 'glo' | 'general-glo' {
  return form === 'glo' || form === 'ded' ? 'glo' : 'general-glo';
}
