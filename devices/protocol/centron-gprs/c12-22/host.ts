/** The profile over C12.22 at a host: the head-end, or the configuration server. */
import { CodecError } from '../../bytes/codec-error.ts';
import type { ApTitle } from '../../c12-22/ap-title.ts';
import { type Apdu, type ApduHead, answerHead } from '../../c12-22/apdu.ts';
import type { EaxPrimeCipher } from '../../c12-22/eax-prime.ts';
import type { EpsemContent } from '../../c12-22/epsem.ts';
import { openApdu, type OpenedApdu, sealApdu } from '../../c12-22/secure-apdu.ts';
import {
  type C1222Request,
  type C1222Response,
  MEMBER_SERVICES,
  type MemberRequest,
} from '../../psem/network-service.ts';
import { decodeRequest } from '../../psem/request.ts';
import { encodeResponse } from '../../psem/response.ts';
import { bytesOf, expandServices } from '../compression.ts';
import type {
  HeardByHost,
  HostLanguage,
  HostRefusal,
  KeyedBy,
  KnownMeters,
  LinkedMeter,
  Numbers,
} from '../language.ts';
import type { Transaction } from '../messages.ts';
import { refuseAll } from '../profile-services.ts';
import { decodeTransactionAnswer, encodeTransaction } from '../transaction.ts';
import { decodeUplink, encodeUplinkAnswer } from '../uplink.ts';

/** C12.22 as a host speaks it. */
export class C1222HostLanguage implements HostLanguage {
  /** Invocation ids of C12.22. */
  readonly numbersBelow = 2 ** 32;
  readonly #title: ApTitle;
  readonly #ciphers: KeyedBy<EaxPrimeCipher>;

  constructor(title: ApTitle, ciphers: KeyedBy<EaxPrimeCipher>) {
    this.#title = title;
    this.#ciphers = ciphers;
  }

  open<M extends LinkedMeter>(
    bytes: Uint8Array,
    meters: KnownMeters<M>,
  ): HeardByHost<M> | HostRefusal {
    let meter: M | undefined;
    let opened: OpenedApdu;
    try {
      opened = openApdu(bytes, {
        cipher: (keyId, { calling }) => {
          meter = calling && meters.byTitle(calling);
          if (meter === undefined || this.#ciphers.keyIdOf(meter.entry.index) !== keyId) {
            return undefined;
          }
          return this.#ciphers.cipherOf(meter.entry.index);
        },
      });
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return 'malformed';
    }
    const { apdu } = opened;
    if (apdu.calling === undefined || meters.byTitle(apdu.calling) === undefined)
      return 'unknownMeter';
    // Cleartext, and whatever else proves nothing, is no better than a wrong MAC.
    if (opened.outcome !== 'good' || meter === undefined) return 'badMac';
    if (apdu.called === undefined || !apdu.called.isSameAs(this.#title)) return 'malformed';
    return this.#heard(meter, opened.parameters.iv, apdu, opened.content);
  }

  check(transaction: Transaction): void {
    encodeTransaction(transaction, null);
  }

  sealRequest(
    meter: LinkedMeter,
    transaction: Transaction,
    pin: Uint8Array,
    { number, counter }: Numbers,
  ): Uint8Array {
    const head = { called: meter.title, calling: this.#title, callingInvocation: number };
    const services = encodeTransaction(transaction, pin);
    return this.#seal(meter, head, { response: 'always', services }, counter);
  }

  #heard<M extends LinkedMeter>(
    meter: M,
    counter: number,
    apdu: Apdu,
    { services, response = 'always' }: EpsemContent,
  ): HeardByHost<M> {
    const answers = apdu.calledInvocation;
    if (answers !== undefined) {
      // Every transaction carries the PIN of the device properties. PRV-05
      const read = (kind: Transaction['kind']) => decodeTransactionAnswer(kind, services, true);
      return { kind: 'answer', meter, counter, answers, read };
    }
    const wantsAnswer = (refused: boolean): boolean =>
      response !== 'never' && (response !== 'on-exception' || refused);
    const seal = (responses: readonly Uint8Array[], own: number): Uint8Array =>
      this.#seal(meter, answerHead(apdu, own), { services: responses }, own);
    const requests = memberRequests(services);
    if (requests !== null) {
      const sealed = (responses: readonly C1222Response[], own: number): Uint8Array =>
        seal(responses.map(encodeResponse), own);
      return { kind: 'network', meter, counter, requests, wantsAnswer, seal: sealed };
    }
    return {
      kind: 'uplink',
      meter,
      counter,
      read: () => {
        const said = expandServices(services);
        const uplink = decodeUplink(said);
        return { uplink, saidBytes: bytesOf(said), sentBytes: bytesOf(services) };
      },
      wantsAnswer,
      seal: (kind, answer, own) => seal(encodeUplinkAnswer(kind, answer), own),
      sealRefusal: (error, own) => seal(refuseAll(services, error), own),
    };
  }

  #seal(
    { entry }: LinkedMeter,
    head: ApduHead,
    content: EpsemContent,
    counter: number,
  ): Uint8Array {
    return sealApdu(head, content, {
      mode: 'ciphered',
      cipher: this.#ciphers.cipherOf(entry.index),
      parameters: { keyId: this.#ciphers.keyIdOf(entry.index), iv: counter },
      parametersFrom: 'apdu',
    });
  }
}

/** The services of the network in an APDU that asks nothing else; null for any other. */
function memberRequests(services: readonly Uint8Array[]): MemberRequest[] | null {
  const requests: MemberRequest[] = [];
  for (const service of services) {
    try {
      const request = decodeRequest(service, 'c12-22');
      if (!isMemberRequest(request)) return null;
      requests.push(request);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return null;
    }
  }
  return requests.length === 0 ? null : requests;
}

function isMemberRequest(request: C1222Request): request is MemberRequest {
  return MEMBER_SERVICES.has(request.service);
}
