/** The profile over C12.22 at the module: PSEM services in EPSEM, sealed with EAX'. */
import type { Apdu, ApduHead } from '../../c12-22/apdu.ts';
import type { EaxPrimeCipher } from '../../c12-22/eax-prime.ts';
import type { EpsemContent } from '../../c12-22/epsem.ts';
import { type OpenedApdu, openApdu, sealApdu } from '../../c12-22/secure-apdu.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { encodeRequest } from '../../psem/request.ts';
import { bytesOf, compressServices } from '../compression.ts';
import type {
  HeardByModule,
  Host,
  KeyedBy,
  LinkRefusal,
  ModuleEnds,
  ModuleLanguage,
  Numbers,
  SealedUplink,
  Worthwhile,
} from '../language.ts';
import { type Uplink, UPLINK_ADDRESSEE } from '../messages.ts';
import { refuseAll } from '../profile-services.ts';
import { decodeTransaction, encodeTransactionAnswer } from '../transaction.ts';
import {
  decodeUplinkAnswer,
  encodeUplink,
  uplinkQualifier,
  uplinkResponseControl,
} from '../uplink.ts';

const HOSTS: readonly Host[] = ['head-end', 'configuration-server'];

/** C12.22 as modules speak it. */
export class C1222ModuleLanguage implements ModuleLanguage {
  /** Invocation ids of C12.22. */
  readonly numbersBelow = 2 ** 32;
  readonly #ciphers: KeyedBy<EaxPrimeCipher>;

  constructor(ciphers: KeyedBy<EaxPrimeCipher>) {
    this.#ciphers = ciphers;
  }

  sealUplink(
    ends: ModuleEnds,
    uplink: Uplink,
    numbers: Numbers,
    worthwhile: Worthwhile | null,
  ): SealedUplink {
    const { kind } = uplink;
    const said = encodeUplink(uplink);
    const sent = worthwhile === null ? said : compressServices(said, worthwhile);
    const head = {
      called: ends.hostTitle(UPLINK_ADDRESSEE[kind]),
      calling: ends.title,
      qualifier: uplinkQualifier(kind),
      callingInvocation: numbers.number,
    };
    const content = { response: uplinkResponseControl(kind), services: sent };
    const bytes = this.#seal(ends, head, content, numbers);
    return { bytes, saidBytes: bytesOf(said), sentBytes: bytesOf(sent) };
  }

  sealDeparture(ends: ModuleEnds, numbers: Numbers): Uint8Array {
    const head = {
      called: ends.hostTitle('head-end'),
      calling: ends.title,
      callingInvocation: numbers.number,
    };
    const services = [encodeRequest({ service: 'deregister', title: ends.title })];
    return this.#seal(ends, head, { response: 'never', services }, numbers);
  }

  open(ends: ModuleEnds, bytes: Uint8Array): HeardByModule | LinkRefusal {
    const { index } = ends;
    let opened: OpenedApdu;
    try {
      opened = openApdu(bytes, {
        cipher: (announced, apdu) =>
          announced === this.#ciphers.keyIdOf(index) && senderOf(ends, apdu) !== undefined
            ? this.#ciphers.cipherOf(index)
            : undefined,
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
        const from = senderOf(ends, apdu);
        if (from === undefined) return 'unknown';
        return this.#heard(ends, from, parameters.iv, apdu, content);
      }
    }
  }

  #heard(
    ends: ModuleEnds,
    from: Host,
    counter: number,
    apdu: Apdu,
    { services, response }: EpsemContent,
  ): HeardByModule {
    const answers = apdu.calledInvocation;
    if (answers !== undefined) {
      const read = (kind: Uplink['kind']) => decodeUplinkAnswer(kind, services);
      return { kind: 'answer', from, counter, answers, read };
    }
    const seal = (responses: readonly Uint8Array[], numbers: Numbers): Uint8Array => {
      const head = {
        called: apdu.calling ?? ends.hostTitle(from),
        ...(apdu.callingInvocation !== undefined && { calledInvocation: apdu.callingInvocation }),
        calling: ends.title,
        callingInvocation: numbers.number,
      };
      return this.#seal(ends, head, { response: 'never', services: responses }, numbers);
    };
    return {
      kind: 'request',
      from,
      counter,
      read: () => decodeTransaction(services),
      wantsAnswer: (refused) => response !== 'never' && (response !== 'on-exception' || refused),
      seal: (kind, answer, hadPin, numbers) =>
        seal(encodeTransactionAnswer(kind, answer, hadPin), numbers),
      sealRefusal: (error, numbers) => seal(refuseAll(services, error), numbers),
    };
  }

  #seal(
    { index }: ModuleEnds,
    head: ApduHead,
    content: EpsemContent,
    { counter }: Numbers,
  ): Uint8Array {
    return sealApdu(head, content, {
      mode: 'ciphered',
      cipher: this.#ciphers.cipherOf(index),
      parameters: { keyId: this.#ciphers.keyIdOf(index), iv: counter },
      parametersFrom: 'apdu',
    });
  }
}

/** Which of the two an APDU for this module comes from. */
function senderOf(ends: ModuleEnds, { called, calling }: Apdu): Host | undefined {
  if (called === undefined || !called.isSameAs(ends.title)) return undefined;
  return HOSTS.find((host) => calling?.isSameAs(ends.hostTitle(host)) === true);
}
