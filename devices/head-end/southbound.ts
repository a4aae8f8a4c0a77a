/** Messages of one server: who is believed, what is counted, and how answers and requests go out. */
import type { SouthboundCounters } from '../domain/northbound.ts';
import { type PayloadCount, PayloadTally } from '../domain/payload.ts';
import { CodecError } from '../protocol/bytes/codec-error.ts';
import type { HeardByHost, HostLanguage, HostRefusal } from '../protocol/centron-gprs/language.ts';
import type {
  Transaction,
  Uplink,
  UplinkAnswer,
  UplinkKind,
} from '../protocol/centron-gprs/messages.ts';
import type { C1222Response } from '../protocol/psem/network-service.ts';
import type { ListedMeter, MasterList } from './master-list.ts';
import { takeIv } from './replay-window.ts';
import type { HeadEndRules } from './rules/index.ts';
import type { HeadEndStore, ServerName } from './store.ts';

/** Whether bytes wait until what was put into the store is durable. */
export type SendWhen = 'stored' | 'at once';

export interface SouthboundOptions {
  readonly server: ServerName;
  readonly store: HeadEndStore;
  readonly rules: HeadEndRules;
  readonly list: MasterList;
  readonly language: HostLanguage;
  readonly ivBlock: number;
  /** How far below the highest IV of a meter a message may be. */
  readonly ivWindow: number;
  readonly send: (address: string, bytes: Uint8Array, when: SendWhen) => void;
}

/** A message of a known meter that was authentic and new, and the address that it came from. */
export type Heard = HeardByHost<ListedMeter> & { readonly from: string };
export type HeardUplink = Extract<Heard, { kind: 'uplink' }>;
export type HeardAnswer = Extract<Heard, { kind: 'answer' }>;
export type HeardNetwork = Extract<Heard, { kind: 'network' }>;

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

type Refused = HostRefusal | 'replays';

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
    const { language, list } = this.#options;
    const heard = language.open(bytes, list);
    if (typeof heard === 'string') return heard;
    const { meter, counter } = heard;
    return this.#isNew(meter.entry.serial, from, counter) ? { ...heard, from } : 'replays';
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
  uplinkOf(heard: HeardUplink): Uplink | null {
    try {
      const { uplink, saidBytes, sentBytes } = heard.read();
      this.#payloads.add(uplink.kind, saidBytes, sentBytes);
      return uplink;
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.countMalformed();
      this.#answer(heard, true, 'stored', (counter) => heard.sealRefusal(error, counter));
      return null;
    }
  }

  /** Answers an uplink, if it wants that. */
  answerUplink(heard: HeardUplink, kind: UplinkKind, answer: UplinkAnswer, when: SendWhen): void {
    const seal = (counter: number): Uint8Array => heard.seal(kind, answer, counter);
    this.#answer(heard, answer.outcome === 'refused', when, seal);
  }

  /** Answers services of the network, if they want that. */
  answerNetwork(heard: HeardNetwork, responses: readonly C1222Response[]): void {
    const isRefused = responses.some((response) => 'refused' in response);
    this.#answer(heard, isRefused, 'stored', (counter) => heard.seal(responses, counter));
  }

  #answer(
    heard: HeardUplink | HeardNetwork,
    isRefused: boolean,
    when: SendWhen,
    seal: (counter: number) => Uint8Array,
  ): void {
    if (!heard.wantsAnswer(isRefused)) return;
    this.#send(heard.from, seal(this.#nextIv(heard.meter.entry.serial)), when);
  }

  /** @throws CodecError when a value does not fit the transaction */
  check(transaction: Transaction): void {
    this.#options.language.check(transaction);
  }

  /**
   * Sends a request to where the meter was heard last; to nowhere when it never was.
   * @param invocation of the attempt before, null for the first
   * @returns the invocation id, which the answer names
   */
  request(
    meter: ListedMeter,
    transaction: Transaction,
    pin: Uint8Array,
    invocation: number | null,
  ): number {
    const { language, store } = this.#options;
    const { serial } = meter.entry;
    const counter = this.#nextIv(serial);
    const number = invocation ?? counter % language.numbersBelow;
    const address = store.addresses.get(this.#key(serial));
    if (address === undefined) return number;
    // Its IV has to be reserved for good before it is used.
    const bytes = language.sealRequest(meter, transaction, pin, { number, counter });
    this.#send(address, bytes, 'stored');
    return number;
  }

  #send(address: string, bytes: Uint8Array, when: SendWhen): void {
    this.#counters.sent++;
    this.#keepCounters();
    this.#options.send(address, bytes, when);
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
