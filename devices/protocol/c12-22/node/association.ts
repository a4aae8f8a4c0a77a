/** The asking end of C12.22: which APDU goes out, and whether what comes back answers it. Pure. */
import { CodecError } from '../../bytes/codec-error.ts';
import type { ApTitle } from '../ap-title.ts';
import type { Apdu, ApduHead, SecurityParameters } from '../apdu.ts';
import type { EaxPrimeCipher } from '../eax-prime.ts';
import type { EpsemContent } from '../epsem.ts';
import { openApdu, type Protection, sealApdu } from '../secure-apdu.ts';

export interface AssociationOptions {
  /** The node that is asked; left out on a line of its own. */
  readonly called?: ApTitle;
  readonly calling?: ApTitle;
  /** null: in the clear. */
  readonly security: {
    readonly mode: Protection['mode'];
    readonly cipher: EaxPrimeCipher;
    readonly keyId: number;
  } | null;
  /** Never the same twice for one key. */
  readonly nextIv: () => number;
  /** Where the invocation ids begin; a caller without a session begins anywhere. */
  readonly firstInvocation: number;
}

/** What came is the answer that was awaited, or why it is not. */
export type Arrived =
  | { readonly is: 'answer'; readonly services: readonly Uint8Array[] }
  | { readonly is: 'other'; readonly reason: string };

export class Association {
  readonly #options: AssociationOptions;
  #invocation: number;
  #awaited: number | null = null;
  /** Key id and IV that both ends remember since the logon; null while each APDU tells its own. */
  #own: SecurityParameters | null = null;
  #theirs: SecurityParameters | null = null;
  #remembers = false;

  constructor(options: AssociationOptions) {
    this.#options = options;
    this.#invocation = options.firstInvocation;
  }

  /** The APDU that asks for services; its answer is awaited from now on. @throws CodecError */
  ask(content: EpsemContent): Uint8Array {
    this.#invocation = (this.#invocation + 1) >>> 0;
    this.#awaited = this.#invocation;
    const { called, calling, security, nextIv } = this.#options;
    const head: ApduHead = {
      ...(called && { called }),
      ...(calling && { calling }),
      callingInvocation: this.#invocation,
    };
    if (security === null) return sealApdu(head, content);
    const { mode, cipher, keyId } = security;
    const remembered = this.#remembers ? this.#own : null;
    const parameters = remembered ?? { keyId, iv: nextIv() };
    this.#own = parameters;
    const parametersFrom = remembered === null ? 'apdu' : 'session';
    return sealApdu(head, content, { mode, cipher, parameters, parametersFrom });
  }

  /**
   * From now on APDUs leave out AC: both ends go on with the key ids and IVs of the last exchange,
   * which was the logon.
   */
  rememberParameters(): void {
    this.#remembers = true;
  }

  /** The session is over: each APDU tells its own parameters again. */
  forgetParameters(): void {
    this.#remembers = false;
  }

  /** Looks at an APDU that came. Of a protected question only a refusal may come in the clear. */
  accept(bytes: Uint8Array): Arrived {
    const { security } = this.#options;
    try {
      const opened = openApdu(bytes, {
        cipher: (keyId) => (keyId === security?.keyId ? security.cipher : undefined),
        session: () => (this.#remembers ? (this.#theirs ?? undefined) : undefined),
      });
      const { apdu } = opened;
      const stranger = this.#strangeness(apdu);
      if (stranger !== null) return { is: 'other', reason: stranger };
      if (opened.outcome === 'clear') {
        const isRefusal = opened.content.services.every(([code]) => code !== 0);
        if (security !== null && !isRefusal) {
          return { is: 'other', reason: 'an answer in the clear to a protected question' };
        }
        this.#awaited = null;
        return { is: 'answer', services: opened.content.services };
      }
      if (opened.outcome !== 'good') return { is: 'other', reason: REASONS[opened.outcome] };
      if (security?.mode === 'ciphered' && opened.control.security !== 'ciphered') {
        return { is: 'other', reason: 'an answer not ciphered to a ciphered question' };
      }
      this.#theirs = opened.parameters;
      this.#awaited = null;
      return { is: 'answer', services: opened.content.services };
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return { is: 'other', reason: error.message };
    }
  }

  /** Why an APDU is not the answer that is awaited, by its head alone; null when it may be. */
  #strangeness({ called, calling, calledInvocation }: Apdu): string | null {
    const { called: asked, calling: own } = this.#options;
    if (calledInvocation === undefined || calledInvocation !== this.#awaited) {
      return `it answers invocation ${calledInvocation ?? 'none'}, ${this.#awaited ?? 'none'} is awaited`;
    }
    if (own !== undefined && called !== undefined && !called.isSameAs(own)) {
      return `it is for ${called.toString()}`;
    }
    if (asked !== undefined && calling !== undefined && !calling.isSameAs(asked)) {
      return `it comes from ${calling.toString()}, ${asked.toString()} was asked`;
    }
    return null;
  }
}

const REASONS = {
  'bad-mac': 'its MAC is wrong',
  'unknown-key': 'its key id is not the one that was used',
  'short-cleartext': 'its cleartext is too short to prove anything',
  'no-parameters': 'it leaves out key id and IV, and there is no session',
} as const;
