import type { MeterIdentity } from '../../domain/identity.ts';
import type { MessageKind } from '../../domain/message.ts';
import type { TransactionKind } from '../../domain/northbound.ts';
import { NS_PER_MS } from '../../domain/time.ts';
import { CodecError } from '../../protocol/bytes/codec-error.ts';
import type {
  HeardByModule,
  Host,
  LinkRefusal,
  ModuleEnds,
  ModuleLanguage,
  Numbers,
} from '../../protocol/centron-gprs/language.ts';
import {
  type Transaction,
  type TransactionAnswer,
  UPLINK_ADDRESSEE,
  type Uplink,
  type UplinkAnswer,
  type UplinkKind,
} from '../../protocol/centron-gprs/messages.ts';
import { ApTitle } from '../../protocol/c12-22/ap-title.ts';
import { at, isSet } from '../clock.ts';
import { FLAG, type Meters } from '../columns.ts';
import { type MeterInput, type MeterSink, WAKE } from '../input.ts';
import { blockUpTo } from '../intervals.ts';
import { ANSWERS_AWAITED, type ModuleGroup, textOf } from '../module-columns.ts';
import { takeIv } from '../replay.ts';
import { moduleOf } from '../module.ts';
import { step } from '../step.ts';
import { executeTransaction, isRightPin } from './transaction.ts';

/**
 * The module's face to its network, whatever language it speaks: what it hears into inputs of the
 * model, the model's messages into bytes.
 */

/** Places of the two in the columns of the replay windows. */
const SOURCE_OF: Readonly<Record<Host, number>> = { 'head-end': 0, 'configuration-server': 1 };

/** Uplinks whose answers are awaited, by the number that stands for them in the columns. */
const UPLINK_KINDS = Object.keys(UPLINK_ADDRESSEE) as readonly UplinkKind[];

/** Why a module did not act on what it was sent. */
export type ApduRefusal = LinkRefusal | 'replay';

/** Where bytes go, and who watches. Called while the face works; must not call it back. */
export interface ModuleFaceSink {
  /** `answers`: what is sent answers a transaction, and was not said by the module itself. */
  send(row: number, to: Host, bytes: Uint8Array, answers: boolean): void;
  /** Every message of the model, before it is sent. */
  said(row: number, kind: MessageKind, first: number, second: number): void;
  /** What an uplink weighs as it was said, and as it is sent. RD-08 */
  weighed(row: number, kind: UplinkKind, rawBytes: number, sentBytes: number): void;
  /** A transaction that was executed or refused; before the module answers. */
  received(row: number, kind: TransactionKind, accepted: boolean): void;
  /** The first answer to something that the module said. */
  answered(row: number, kind: UplinkKind, accepted: boolean): void;
  refusedApdu(row: number, why: ApduRefusal): void;
}

/** Meters are named by their index in the fleet, but for `nextIv`, by their row. */
export interface ModuleFaceOptions {
  /** With the module's columns. */
  readonly meters: Meters;
  readonly language: ModuleLanguage;
  /** From 1 up, and never the same for one key. */
  readonly nextIv: (row: number) => number;
  readonly titles: {
    meter(index: number): ApTitle;
    /** Of the head-end of a module into which no other was written. */
    readonly headEnd: ApTitle;
    readonly configurationServer: ApTitle;
  };
  readonly identityOf: (index: number) => MeterIdentity;
  /** 20 bytes. */
  readonly pinOf: (index: number) => Uint8Array;
  /** Received signal strength, dBm. */
  readonly coverageOf: (index: number) => number;
  readonly out: ModuleFaceSink;
  /**
   * Hands the model an input in the face's stead, for a bench whose physics steps the model; what
   * it says goes to the face's `sink`. Left out, the face steps the model itself.
   */
  readonly give?: (row: number, nowNs: number, input: MeterInput) => void;
}

/** All rows of one table behind their networks. */
export class ModuleFace {
  /** Where the model's messages go: they are sealed and sent. */
  readonly sink: MeterSink;
  readonly #options: ModuleFaceOptions;
  readonly #group: ModuleGroup;
  readonly #titles = new Map<string, ApTitle>();
  /** Whether the model took over what a transaction asked; null when it was asked nothing yet. */
  #taken: boolean | null = null;

  /** @throws RangeError for meters without a module's columns */
  constructor(options: ModuleFaceOptions) {
    this.#options = options;
    this.#group = moduleOf(options.meters);
    this.sink = { say: (row, kind, first, second) => this.#say(row, kind, first, second) };
  }

  /** Gives the model an input; what it says is sealed and sent. */
  step(row: number, nowNs: number, input: MeterInput): void {
    const { give, meters } = this.#options;
    if (give === undefined) step(meters, row, nowNs, input, this.sink);
    else give(row, nowNs, input);
  }

  /** Takes exactly one message from the network. A module that is dark does not hear it. */
  receive(row: number, nowNs: number, bytes: Uint8Array): void {
    this.step(row, nowNs, WAKE);
    if (!isSet(this.#options.meters, row, FLAG.moduleUp)) return;
    const heard = this.#open(row, bytes);
    if (typeof heard === 'string') return this.#options.out.refusedApdu(row, heard);
    switch (heard.kind) {
      case 'request':
        return this.#obey(row, nowNs, heard);
      case 'answer':
        return this.#takeAnswer(row, nowNs, heard);
    }
  }

  // Sending.

  /** Takes a module out of the network, which is told so where the language can; the meter goes on. */
  deregister(row: number): void {
    const { language, out } = this.#options;
    const bytes = language.sealDeparture(this.#ends(row), this.#answerNumbers(row));
    if (bytes !== null) out.send(row, 'head-end', bytes, false);
  }

  /** A heartbeat of a row under the key of another meter, as a stranger would say it. SEC-01 */
  sealAs(row: number, index: number, counter: number): Uint8Array {
    const { language } = this.#options;
    const own = this.#ends(row);
    const { title, serial } = own;
    const ends: ModuleEnds = { index, title, serial, hostTitle: (host) => own.hostTitle(host) };
    const heartbeat: Uplink = { kind: 'heartbeat', sequenceNumber: 0 };
    return language.sealUplink(ends, heartbeat, { number: counter, counter }, null).bytes;
  }

  #say(row: number, kind: MessageKind, first: number, second: number): void {
    this.#options.out.said(row, kind, first, second);
    switch (kind) {
      // These two are the response code of the transaction that asked.
      case 'configuration-accepted':
        this.#taken = true;
        return;
      case 'configuration-refused':
        this.#taken = false;
        return;
      case 'heartbeat':
      case 'clock-reference-request':
        return this.#sendUplink(row, { kind, sequenceNumber: first });
      case 'clock-deviation':
        return this.#sendUplink(row, { kind, deviationNs: first });
      case 'last-gasp':
        return this.#sendUplink(row, { kind, outageNumber: first, lostAtMs: second });
      case 'restoration': {
        const lostAtMs = at(this.#options.meters.lostAtMs, row);
        return this.#sendUplink(row, {
          kind,
          outageNumber: first,
          lostAtMs,
          restoredAtMs: second,
        });
      }
      case 'event-alarm':
        return this.#sendUplink(row, { kind, eventCode: first, occurredAtMs: second });
      case 'auto-configuration':
        return this.#sendUplink(row, { kind, identity: this.#identity(row) });
      case 'registration':
        return this.#sendUplink(row, {
          kind,
          identity: this.#identity(row),
          apTitle: this.#ownTitle(row).toString(),
          registrationNumber: first,
        });
      case 'registration-confirmed':
        return this.#sendUplink(row, { kind, registrationNumber: first });
      case 'interval-report': {
        const block = blockUpTo(this.#options.meters, row, first, second);
        return this.#sendUplink(row, { kind, block });
      }
    }
  }

  #sendUplink(row: number, uplink: Uplink): void {
    const { language, meters, nextIv, out } = this.#options;
    const { rules, profile } = meters;
    const { kind } = uplink;
    const number = this.#nextInvocation(row);
    const place = row * ANSWERS_AWAITED + (number % ANSWERS_AWAITED);
    this.#group.link.awaited[place] = kind === 'heartbeat' ? 0 : UPLINK_KINDS.indexOf(kind) + 1;
    const compresses = profile.module.compression === 'deflate';
    const sealed = language.sealUplink(
      this.#ends(row),
      uplink,
      { number, counter: nextIv(row) },
      compresses ? (data, compressed) => rules.sentCompressed(data, compressed) : null,
    );
    out.weighed(row, kind, sealed.saidBytes, sealed.sentBytes);
    out.send(row, UPLINK_ADDRESSEE[kind], sealed.bytes, false);
    if (!rules.speaksInClear()) return;
    const told = JSON.stringify(this.#identity(row));
    const clear = Uint8Array.from(told, (character) => character.charCodeAt(0));
    out.send(row, UPLINK_ADDRESSEE[kind], clear, false);
  }

  #nextInvocation(row: number): number {
    const { invocation } = this.#group.link;
    invocation[row] = (at(invocation, row) + 1) % this.#options.language.numbersBelow;
    return at(invocation, row);
  }

  // Receiving.

  /** Opens what was sent; what is not believed has a reason instead. */
  #open(row: number, bytes: Uint8Array): HeardByModule | ApduRefusal {
    const { language, meters } = this.#options;
    const { rules, profile } = meters;
    const heard = language.open(this.#ends(row), bytes);
    if (typeof heard === 'string') return heard;
    const { from, counter } = heard;
    const source = SOURCE_OF[from];
    return takeIv(this.#group.link, rules, row, source, counter, profile.module.ivWindow)
      ? heard
      : 'replay';
  }

  #takeAnswer(row: number, nowNs: number, heard: HeardByModule & { kind: 'answer' }): void {
    const { out } = this.#options;
    const { answers: invocation, from } = heard;
    const kind = this.#awaited(row, invocation);
    if (kind === undefined || UPLINK_ADDRESSEE[kind] !== from) {
      return out.refusedApdu(row, 'unknown');
    }
    let answer: UplinkAnswer;
    try {
      answer = heard.read(kind);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return out.refusedApdu(row, 'malformed');
    }
    this.#group.link.awaited[row * ANSWERS_AWAITED + (invocation % ANSWERS_AWAITED)] = 0;
    out.answered(row, kind, answer.outcome !== 'refused');
    switch (answer.outcome) {
      case 'registered':
        return this.step(row, nowNs, { kind: 'registered' });
      case 'clock-reference': {
        const sinceStartMs = answer.utcMs - this.#options.meters.startUtcMs;
        const headEndNs = sinceStartMs * NS_PER_MS + answer.belowMsNs;
        return this.step(row, nowNs, { kind: 'clock-reference', headEndNs });
      }
      case 'accepted':
      case 'refused':
        return;
    }
  }

  /** The uplink that an invocation id stands for, while its answer is awaited. */
  #awaited(row: number, invocation: number): UplinkKind | undefined {
    const { numbersBelow } = this.#options.language;
    if (invocation >= numbersBelow) return undefined;
    const newest = at(this.#group.link.invocation, row);
    const age = (newest - invocation + numbersBelow) % numbersBelow;
    if (age >= ANSWERS_AWAITED) return undefined;
    const place = row * ANSWERS_AWAITED + (invocation % ANSWERS_AWAITED);
    return UPLINK_KINDS[at(this.#group.link.awaited, place) - 1];
  }

  /** Executes a transaction and answers it. */
  #obey(row: number, nowNs: number, heard: HeardByModule & { kind: 'request' }): void {
    const { out } = this.#options;
    let asked: ReturnType<typeof heard.read>;
    try {
      asked = heard.read();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      out.refusedApdu(row, 'malformed');
      const refused = (numbers: Numbers): Uint8Array => heard.sealRefusal(error, numbers);
      return this.#answer(row, heard, true, refused);
    }
    const { transaction, pin } = asked;
    const answer = this.#execute(row, nowNs, transaction, pin);
    const refused = answer.outcome === 'refused';
    out.received(row, transaction.kind, !refused);
    this.#answer(row, heard, refused, (numbers) =>
      heard.seal(transaction.kind, answer, pin !== null, numbers),
    );
  }

  #execute(
    row: number,
    nowNs: number,
    transaction: Transaction,
    pin: Uint8Array | null,
  ): TransactionAnswer {
    const { meters, pinOf, coverageOf } = this.#options;
    // Without the PIN, or with a wrong one, nothing is done. PRV-05
    const isRight = pin !== null && isRightPin(pinOf(this.#index(row)), pin);
    if (!meters.rules.pinOpens(isRight)) {
      return { outcome: 'refused', code: 'isc', wrongPin: pin !== null };
    }
    return executeTransaction(transaction, {
      meters,
      row,
      nowNs,
      identity: this.#identity(row),
      rssiDbm: coverageOf(this.#index(row)),
      give: (input) => {
        this.#taken = null;
        this.step(row, nowNs, input);
        return this.#taken !== false;
      },
    });
  }

  #answer(
    row: number,
    heard: HeardByModule & { kind: 'request' },
    refused: boolean,
    seal: (numbers: Numbers) => Uint8Array,
  ): void {
    if (!heard.wantsAnswer(refused)) return;
    this.#options.out.send(row, heard.from, seal(this.#answerNumbers(row)), true);
  }

  /** An answer is answered by nobody. */
  #answerNumbers(row: number): Numbers {
    const number = this.#nextInvocation(row);
    this.#group.link.awaited[row * ANSWERS_AWAITED + (number % ANSWERS_AWAITED)] = 0;
    return { number, counter: this.#options.nextIv(row) };
  }

  // Who is who.

  #index(row: number): number {
    return this.#options.meters.firstIndex + row;
  }

  #identity(row: number): MeterIdentity {
    return this.#options.identityOf(this.#index(row));
  }

  #ends(row: number): ModuleEnds {
    return new EndsOfRow(this.#index(row), this.#options, (host) => this.#titleOf(row, host));
  }

  #ownTitle(row: number): ApTitle {
    return this.#options.titles.meter(this.#index(row));
  }

  /** The head-end is the one that the module registered with. REG-04 */
  #titleOf(row: number, host: Host): ApTitle {
    const { titles } = this.#options;
    if (host === 'configuration-server') return titles.configurationServer;
    const written = textOf(this.#group.texts, at(this.#group.registeredTo, row));
    if (written === undefined) return titles.headEnd;
    const known = this.#titles.get(written);
    if (known !== undefined) return known;
    const title = ApTitle.of(written);
    this.#titles.set(written, title);
    return title;
  }
}

/** Title and serial number are worked out when they are asked for: few languages ask for both. */
class EndsOfRow implements ModuleEnds {
  readonly index: number;
  readonly hostTitle: ModuleEnds['hostTitle'];
  readonly #options: Pick<ModuleFaceOptions, 'titles' | 'identityOf'>;

  constructor(
    index: number,
    options: Pick<ModuleFaceOptions, 'titles' | 'identityOf'>,
    hostTitle: ModuleEnds['hostTitle'],
  ) {
    this.index = index;
    this.hostTitle = hostTitle;
    this.#options = options;
  }

  get title(): ApTitle {
    return this.#options.titles.meter(this.index);
  }

  get serial(): string {
    return this.#options.identityOf(this.index).serial;
  }
}
