/** APDUs of one server: who is believed, what is counted, and how answers and requests go out. */
import type { SouthboundCounters } from '../domain/northbound.ts';
import { type PayloadCount, PayloadTally } from '../domain/payload.ts';
import { CodecError } from '../protocol/bytes/codec-error.ts';
import type { ApTitle } from '../protocol/c12-22/ap-title.ts';
import { type Apdu, type ApduHead, answerHead } from '../protocol/c12-22/apdu.ts';
import type { EaxPrimeCipher } from '../protocol/c12-22/eax-prime.ts';
import type { EpsemContent } from '../protocol/c12-22/epsem.ts';
import { openApdu, type OpenedApdu, sealApdu } from '../protocol/c12-22/secure-apdu.ts';
import type { Uplink, UplinkAnswer, UplinkKind } from '../protocol/centron-gprs/messages.ts';
import { bytesOf, expandServices } from '../protocol/centron-gprs/compression.ts';
import { refuseAll } from '../protocol/centron-gprs/profile-services.ts';
import { decodeUplink, encodeUplinkAnswer } from '../protocol/centron-gprs/uplink.ts';
import type { ListedMeter, MasterList } from './master-list.ts';
import { takeIv } from './replay-window.ts';
import type { HeadEndRules } from './rules/index.ts';
import type { HeadEndStore, ServerName } from './store.ts';

/** Ciphers and key ids of the meters, by their index; keys themselves are never seen here. */
export interface Ciphers {
  cipherOf(index: number): EaxPrimeCipher;
  keyIdOf(index: number): number;
}

/** Whether bytes wait until what was put into the store is durable. */
export type SendWhen = 'stored' | 'at once';

export interface SouthboundOptions {
  readonly server: ServerName;
  readonly store: HeadEndStore;
  readonly rules: HeadEndRules;
  readonly list: MasterList;
  readonly ciphers: Ciphers;
  readonly title: ApTitle;
  readonly ivBlock: number;
  /** How far below the highest IV of a meter a message may be. */
  readonly ivWindow: number;
  readonly send: (address: string, bytes: Uint8Array, when: SendWhen) => void;
}

/** An APDU of a known meter that was authentic and new. */
export interface Heard {
  readonly meter: ListedMeter;
  readonly from: string;
  readonly apdu: Apdu;
  readonly content: EpsemContent;
}

const NOTHING_COUNTED: SouthboundCounters = {
  received: 0,
  opened: 0,
  badMac: 0,
  replays: 0,
  outOfOrder: 0,
  unknownMeter: 0,
  malformed: 0,
  sent: 0,
};

type Refused = 'badMac' | 'replays' | 'unknownMeter' | 'malformed';

export class Southbound {
  readonly #options: SouthboundOptions;
  readonly #payloads = new PayloadTally();
  readonly #counters: { -readonly [K in keyof SouthboundCounters]: number };
  /** The next IV of each meter, and the one where its reserved block ends. */
  readonly #ivs = new Map<string, { next: number; end: number }>();

  constructor(options: SouthboundOptions) {
    this.#options = options;
    this.#counters = { ...NOTHING_COUNTED, ...options.store.counters.get(options.server) };
  }

  counters(): SouthboundCounters {
    return { ...this.#counters };
  }

  /** What the messages weighed that were read since this one was made. */
  payloads(): readonly PayloadCount[] {
    return this.#payloads.counts();
  }

  /** What was opened was no message of the profile. */
  countMalformed(): void {
    this.#counters.malformed++;
    this.#keepCounters();
  }

  /** Opens what came from an address; null when it is not to be listened to, which is counted. */
  open(from: string, bytes: Uint8Array): Heard | null {
    this.#counters.received++;
    const heard = this.#opened(from, bytes);
    if (typeof heard === 'string') this.#counters[heard]++;
    else this.#counters.opened++;
    this.#keepCounters();
    return typeof heard === 'string' ? null : heard;
  }

  #opened(from: string, bytes: Uint8Array): Heard | Refused {
    const { ciphers, list, title } = this.#options;
    let meter: ListedMeter | undefined;
    let opened: OpenedApdu;
    try {
      opened = openApdu(bytes, {
        cipher: (keyId, { calling }) => {
          meter = calling && list.meterOf(calling);
          if (meter === undefined || ciphers.keyIdOf(meter.entry.index) !== keyId) return undefined;
          return ciphers.cipherOf(meter.entry.index);
        },
      });
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return 'malformed';
    }
    const { apdu } = opened;
    if (apdu.calling === undefined || list.meterOf(apdu.calling) === undefined)
      return 'unknownMeter';
    // Cleartext, and whatever else proves nothing, is no better than a wrong MAC.
    if (opened.outcome !== 'good' || meter === undefined) return 'badMac';
    if (apdu.called === undefined || !apdu.called.isSameAs(title)) return 'malformed';
    if (!this.#isNew(meter.entry.serial, from, opened.parameters.iv)) return 'replays';
    return { meter, from, apdu, content: opened.content };
  }

  #isNew(serial: string, from: string, iv: number): boolean {
    const { rules, store, ivWindow } = this.#options;
    const key = this.#key(serial);
    const before = store.replayWindows.get(key);
    const window = takeIv(rules, before, iv, ivWindow);
    if (window === null) return false;
    store.replayWindows.put(key, window);
    const isNewest = before === undefined || iv > before.highest;
    if (!isNewest) this.#counters.outOfOrder++;
    // A message that was overtaken tells an address that may have ended: only the newest counts.
    else if (store.addresses.get(key) !== from) store.addresses.put(key, from);
    return true;
  }

  /** What a module says by itself; null when it cannot be read, which is counted and refused. */
  uplinkOf(heard: Heard): Uplink | null {
    const { services } = heard.content;
    try {
      const said = expandServices(services);
      const uplink = decodeUplink(said);
      this.#payloads.add(uplink.kind, bytesOf(said), bytesOf(services));
      return uplink;
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.countMalformed();
      this.#answer(heard, refuseAll(services, error), true, 'stored');
      return null;
    }
  }

  /** Answers an uplink, if its response control wants that. */
  answerUplink(heard: Heard, kind: UplinkKind, answer: UplinkAnswer, when: SendWhen): void {
    this.#answer(heard, encodeUplinkAnswer(kind, answer), answer.outcome === 'refused', when);
  }

  /** Answers services of the network, if their response control wants that. */
  answerServices(heard: Heard, responses: readonly Uint8Array[]): void {
    const isRefused = responses.some(([code]) => code !== 0);
    this.#answer(heard, responses, isRefused, 'stored');
  }

  #answer(heard: Heard, services: readonly Uint8Array[], isRefused: boolean, when: SendWhen): void {
    const { meter, apdu, content, from } = heard;
    const wanted = content.response ?? 'always';
    if (wanted === 'never' || (wanted === 'on-exception' && !isRefused)) return;
    const iv = this.#nextIv(meter.entry.serial);
    this.#send(meter, answerHead(apdu, iv), { services }, iv, from, when);
  }

  /**
   * Sends a request to where the meter was heard last; to nowhere when it never was.
   * @param invocation of the attempt before, null for the first
   * @returns the invocation id, which the answer names
   */
  request(meter: ListedMeter, services: readonly Uint8Array[], invocation: number | null): number {
    const { serial } = meter.entry;
    const iv = this.#nextIv(serial);
    const callingInvocation = invocation ?? iv;
    const address = this.#options.store.addresses.get(this.#key(serial));
    if (address === undefined) return callingInvocation;
    const head = { called: meter.title, calling: this.#options.title, callingInvocation };
    // Its IV has to be reserved for good before it is used.
    this.#send(meter, head, { response: 'always', services }, iv, address, 'stored');
    return callingInvocation;
  }

  #send(
    { entry }: ListedMeter,
    head: ApduHead,
    content: EpsemContent,
    iv: number,
    address: string,
    when: SendWhen,
  ): void {
    const { ciphers, send } = this.#options;
    const bytes = sealApdu(head, content, {
      mode: 'ciphered',
      cipher: ciphers.cipherOf(entry.index),
      parameters: { keyId: ciphers.keyIdOf(entry.index), iv },
      parametersFrom: 'apdu',
    });
    this.#counters.sent++;
    this.#keepCounters();
    send(address, bytes, when);
  }

  /** IVs rise for each meter and are reserved before use: after a crash none comes again. */
  #nextIv(serial: string): number {
    const { store, ivBlock } = this.#options;
    const key = this.#key(serial);
    let iv = this.#ivs.get(serial);
    if (iv === undefined || iv.next === iv.end) {
      const next = store.reservedIvs.get(key) ?? 1;
      iv = { next, end: next + ivBlock };
      store.reservedIvs.put(key, iv.end);
      this.#ivs.set(serial, iv);
    }
    return iv.next++;
  }

  #key(serial: string): string {
    return `${this.#options.server}/${serial}`;
  }

  #keepCounters(): void {
    this.#options.store.counters.put(this.#options.server, { ...this.#counters });
  }
}
