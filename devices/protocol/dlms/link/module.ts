/** The profile over DLMS at the module: pushes, and ACCESS as a server. */
import { CodecError } from '../../bytes/codec-error.ts';
import type {
  HeardByModule,
  Host,
  LinkRefusal,
  ModuleEnds,
  ModuleLanguage,
  Numbers,
  SealedUplink,
  Worthwhile,
} from '../../centron-gprs/language.ts';
import type { Uplink } from '../../centron-gprs/messages.ts';
import type { AccessRequest, XdlmsApdu } from '../apdu/types.ts';
import type { SecurityKeys } from '../security/types.ts';
import { type OpenedDatagram, openDatagram, sealDatagram } from './datagram.ts';
import { LINK_SAPS, sapOfIndex } from './saps.ts';
import { decodeTransaction } from './transaction.ts';
import { encodeTransactionAnswer, refuseTransaction } from './transaction-answer.ts';
import { decodePushAnswer, encodePush } from './uplink.ts';

const HOSTS: readonly Host[] = ['head-end', 'configuration-server'];

/** Invocations travel as the 24 bits of a long invoke id. */
export const LONG_INVOKE_IDS = 2 ** 24;

/** DLMS as modules speak it. */
export class DlmsModuleLanguage implements ModuleLanguage {
  readonly numbersBelow = LONG_INVOKE_IDS;
  readonly #keysOf: (index: number) => SecurityKeys;

  constructor(keysOf: (index: number) => SecurityKeys) {
    this.#keysOf = keysOf;
  }

  sealUplink(
    ends: ModuleEnds,
    uplink: Uplink,
    { number, counter }: Numbers,
    worthwhile: Worthwhile | null,
  ): SealedUplink {
    const push = encodePush(deviceNameOf(ends), uplink, number, worthwhile);
    const { notification, saidBytes, sentBytes } = push;
    const bytes = this.#seal(ends, LINK_SAPS.push, notification, counter);
    return { bytes, saidBytes, sentBytes };
  }

  /** DLMS has no word for that a meter leaves the network. */
  sealDeparture(): null {
    return null;
  }

  open(ends: ModuleEnds, bytes: Uint8Array): HeardByModule | LinkRefusal {
    try {
      const hostOf = (title: ModuleEnds['title']): Host | undefined =>
        HOSTS.find((host) => title.isSameAs(ends.hostTitle(host)));
      const opened = openDatagram(bytes, (title) =>
        hostOf(title) === undefined ? undefined : this.#keysOf(ends.index),
      );
      switch (opened.outcome) {
        case 'clear':
        case 'unknown':
          return opened.outcome;
        case 'bad-tag':
          return 'bad mac';
        case 'good': {
          const from = hostOf(opened.title);
          if (from === undefined || opened.way.destination !== sapOfIndex(ends.index)) {
            return 'unknown';
          }
          return this.#heard(ends, from, opened);
        }
      }
    } catch (error) {
      if (error instanceof CodecError) return 'malformed';
      throw error;
    }
  }

  #heard(
    ends: ModuleEnds,
    from: Host,
    opened: OpenedDatagram & { outcome: 'good' },
  ): HeardByModule {
    const { counter } = opened;
    const apdu = opened.read();
    if (apdu.service === 'set-request') {
      return { kind: 'answer', from, counter, ...decodePushAnswer(apdu) };
    }
    if (apdu.service !== 'access-request') {
      throw new CodecError(`module: ACCESS or an answer wanted, ${apdu.service} found`);
    }
    return this.#request(ends, from, counter, apdu);
  }

  #request(ends: ModuleEnds, from: Host, counter: number, request: AccessRequest): HeardByModule {
    const answer = (apdu: XdlmsApdu, numbers: Numbers): Uint8Array =>
      this.#seal(ends, LINK_SAPS.management, apdu, numbers.counter);
    return {
      kind: 'request',
      from,
      counter,
      read: () => decodeTransaction(request),
      wantsAnswer: () => request.longInvokeId.confirmed,
      seal: (kind, said, hadPin, numbers) =>
        answer(encodeTransactionAnswer(kind, said, hadPin, request), numbers),
      sealRefusal: (_error, numbers) => answer(refuseTransaction(request, 'other-reason'), numbers),
    };
  }

  #seal(ends: ModuleEnds, destination: number, apdu: XdlmsApdu, counter: number): Uint8Array {
    const { index, title } = ends;
    const way = { source: sapOfIndex(index), destination };
    return sealDatagram(way, apdu, { title, keys: this.#keysOf(index), counter });
  }
}

const SERIAL_DIGITS = 13;
const MOST_SERIALS = 10 ** SERIAL_DIGITS;

/** COSEM logical device name: three letters and thirteen digits, by the meter's title. */
function deviceNameOf({ title }: ModuleEnds): string {
  const number = Number(title.toString().split('.').at(-1)) % MOST_SERIALS;
  return `MBX${String(number).padStart(SERIAL_DIGITS, '0')}`;
}
