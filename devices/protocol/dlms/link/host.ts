/** The profile over DLMS at a host: it hears pushes, and asks with ACCESS as a client. */
import { CodecError } from '../../bytes/codec-error.ts';
import type { ApTitle } from '../../c12-22/ap-title.ts';
import type {
  HeardByHost,
  HostLanguage,
  HostRefusal,
  KnownMeters,
  LinkedMeter,
  Numbers,
} from '../../centron-gprs/language.ts';
import type { Transaction } from '../../centron-gprs/messages.ts';
import type { DataNotification, XdlmsApdu } from '../apdu/types.ts';
import type { SecurityKeys } from '../security/types.ts';
import { type OpenedDatagram, openDatagram, sealDatagram } from './datagram.ts';
import { LONG_INVOKE_IDS } from './module.ts';
import { LINK_SAPS, sapOfIndex } from './saps.ts';
import { encodeTransaction } from './transaction.ts';
import { decodeTransactionAnswer } from './transaction-answer.ts';
import { decodePush, encodePushAnswer } from './uplink.ts';

/** DLMS as a host speaks it. */
export class DlmsHostLanguage implements HostLanguage {
  readonly numbersBelow = LONG_INVOKE_IDS;
  readonly #title: ApTitle;
  readonly #keysOf: (index: number) => SecurityKeys;

  constructor(title: ApTitle, keysOf: (index: number) => SecurityKeys) {
    this.#title = title;
    this.#keysOf = keysOf;
  }

  open<M extends LinkedMeter>(
    bytes: Uint8Array,
    meters: KnownMeters<M>,
  ): HeardByHost<M> | HostRefusal {
    try {
      let meter: M | undefined;
      const opened = openDatagram(bytes, (title) => {
        meter = meters.byTitle(title);
        return meter && this.#keysOf(meter.entry.index);
      });
      switch (opened.outcome) {
        case 'unknown':
          return 'unknownMeter';
        // Cleartext, and whatever else proves nothing, is no better than a wrong tag.
        case 'clear':
        case 'bad-tag':
          return 'badMac';
        case 'good':
          return meter === undefined ? 'unknownMeter' : this.#heard(meter, opened);
      }
    } catch (error) {
      if (error instanceof CodecError) return 'malformed';
      throw error;
    }
  }

  check(transaction: Transaction): void {
    encodeTransaction(transaction, null, 0);
  }

  sealRequest(
    meter: LinkedMeter,
    transaction: Transaction,
    pin: Uint8Array,
    { number, counter }: Numbers,
  ): Uint8Array {
    const request = encodeTransaction(transaction, pin, number);
    return this.#seal(meter, LINK_SAPS.management, request, counter);
  }

  #heard<M extends LinkedMeter>(
    meter: M,
    opened: OpenedDatagram & { outcome: 'good' },
  ): HeardByHost<M> {
    const { counter } = opened;
    const apdu = opened.read();
    switch (apdu.service) {
      case 'access-response':
        return {
          kind: 'answer',
          meter,
          counter,
          answers: apdu.longInvokeId.id,
          read: (kind) => decodeTransactionAnswer(kind, apdu),
        };
      case 'data-notification':
        return this.#push(meter, counter, apdu);
      case 'get-request':
      case 'get-response':
      case 'set-request':
      case 'set-response':
      case 'action-request':
      case 'action-response':
      case 'event-notification':
      case 'exception-response':
      case 'access-request':
      case 'initiate-request':
      case 'initiate-response':
      case 'confirmed-service-error':
        throw new CodecError(`host: a push or an answer wanted, ${apdu.service} found`);
    }
  }

  #push<M extends LinkedMeter>(
    meter: M,
    counter: number,
    notification: DataNotification,
  ): HeardByHost<M> {
    const { id, confirmed } = notification.longInvokeId;
    const answer = (apdu: XdlmsApdu, own: number): Uint8Array =>
      this.#seal(meter, LINK_SAPS.push, apdu, own);
    return {
      kind: 'uplink',
      meter,
      counter,
      read: () => decodePush(notification),
      wantsAnswer: () => confirmed,
      seal: (_kind, said, own) => answer(encodePushAnswer(id, said), own),
      sealRefusal: (_error, own) =>
        answer(encodePushAnswer(id, { outcome: 'refused', code: 'err' }), own),
    };
  }

  #seal({ entry }: LinkedMeter, source: number, apdu: XdlmsApdu, counter: number): Uint8Array {
    const way = { source, destination: sapOfIndex(entry.index) };
    return sealDatagram(way, apdu, {
      title: this.#title,
      keys: this.#keysOf(entry.index),
      counter,
    });
  }
}
