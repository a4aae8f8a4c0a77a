import type { MeterIdentity } from '../../domain/identity.ts';
import type { MessageKind } from '../../domain/message.ts';
import type { TransactionKind } from '../../domain/northbound.ts';
import { NS_PER_MS } from '../../domain/time.ts';
import { CodecError } from '../../protocol/bytes/codec-error.ts';
import {
  type Transaction,
  type TransactionAnswer,
  UPLINK_ADDRESSEE,
  type Uplink,
  type UplinkAnswer,
  type UplinkKind,
} from '../../protocol/centron-gprs/messages.ts';
import { bytesOf, compressServices } from '../../protocol/centron-gprs/compression.ts';
import { refuseAll } from '../../protocol/centron-gprs/profile-services.ts';
import {
  decodeTransaction,
  encodeTransactionAnswer,
} from '../../protocol/centron-gprs/transaction.ts';
import {
  decodeUplinkAnswer,
  encodeUplink,
  uplinkQualifier,
  uplinkResponseControl,
} from '../../protocol/centron-gprs/uplink.ts';
import { ApTitle } from '../../protocol/c12-22/ap-title.ts';
import type { Apdu, ApduHead } from '../../protocol/c12-22/apdu.ts';
import type { EaxPrimeCipher } from '../../protocol/c12-22/eax-prime.ts';
import type { EpsemContent } from '../../protocol/c12-22/epsem.ts';
import { encodeRequest } from '../../protocol/psem/request.ts';
import { sealApdu } from '../../protocol/c12-22/secure-apdu.ts';
import { at, isSet } from '../clock.ts';
import { FLAG, type Meters } from '../columns.ts';
import { type MeterInput, type MeterSink, WAKE } from '../input.ts';
import { blockUpTo } from '../intervals.ts';
import { ANSWERS_AWAITED, type ModuleGroup, textOf } from '../module-columns.ts';
import { takeIv } from '../replay.ts';
import { moduleOf } from '../module.ts';
import { step } from '../step.ts';
import { type ApduRefusal, type Believed, type Host, openTrusted } from './module-trust.ts';
import { executeTransaction, isRightPin } from './transaction.ts';

/** The module's face to its network: APDUs into inputs of the model, its messages into APDUs. */

/** Places of the two in the columns of the replay windows. */
const SOURCE_OF: Readonly<Record<Host, number>> = { 'head-end': 0, 'configuration-server': 1 };

/** Uplinks whose answers are awaited, by the number that stands for them in the columns. */
const UPLINK_KINDS = Object.keys(UPLINK_ADDRESSEE) as readonly UplinkKind[];

/** Where bytes go, and who watches. Called while the face works; must not call it back. */
export interface ModuleFaceSink {
  send(row: number, to: Host, bytes: Uint8Array): void;
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
  readonly ciphers: {
    cipherOf(index: number): EaxPrimeCipher;
    keyIdOf(index: number): number;
  };
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

/** All rows of one table behind their C12.22 networks. */
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

  /** Takes exactly one APDU from the network. A module that is dark does not hear it. */
  receive(row: number, nowNs: number, bytes: Uint8Array): void {
    this.step(row, nowNs, WAKE);
    if (!isSet(this.#options.meters, row, FLAG.moduleUp)) return;
    const believed = this.#open(row, bytes);
    if (typeof believed === 'string') return this.#options.out.refusedApdu(row, believed);
    const { calledInvocation } = believed.apdu;
    if (calledInvocation === undefined) this.#obey(row, nowNs, believed);
    else this.#takeAnswer(row, nowNs, calledInvocation, believed);
  }

  // Sending.

  /** Takes a node out of the network, which is told so; the meter goes on. */
  deregister(row: number): void {
    const title = this.#ownTitle(row);
    const head = {
      called: this.#titleOf(row, 'head-end'),
      calling: title,
      callingInvocation: this.#nextAnswerInvocation(row),
    };
    const services = [encodeRequest({ service: 'deregister', title })];
    this.#send(row, 'head-end', head, { response: 'never', services });
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
    const { kind } = uplink;
    const to = UPLINK_ADDRESSEE[kind];
    const response = uplinkResponseControl(kind);
    const callingInvocation = this.#nextInvocation(row);
    const place = row * ANSWERS_AWAITED + (callingInvocation % ANSWERS_AWAITED);
    this.#group.link.awaited[place] = response === 'never' ? 0 : UPLINK_KINDS.indexOf(kind) + 1;
    const head = {
      called: this.#titleOf(row, to),
      calling: this.#ownTitle(row),
      qualifier: uplinkQualifier(kind),
      callingInvocation,
    };
    this.#send(row, to, head, { response, services: this.#servicesOf(row, uplink) });
  }

  #servicesOf(row: number, uplink: Uplink): readonly Uint8Array[] {
    const { out, meters } = this.#options;
    const { rules, profile } = meters;
    const said = encodeUplink(uplink);
    const sent =
      profile.module.compression === 'deflate'
        ? compressServices(said, (data, compressed) => rules.sentCompressed(data, compressed))
        : said;
    out.weighed(row, uplink.kind, bytesOf(said), bytesOf(sent));
    return sent;
  }

  #send(row: number, to: Host, head: ApduHead, content: EpsemContent): void {
    const { ciphers, nextIv, out } = this.#options;
    const index = this.#index(row);
    const bytes = sealApdu(head, content, {
      mode: 'ciphered',
      cipher: ciphers.cipherOf(index),
      parameters: { keyId: ciphers.keyIdOf(index), iv: nextIv(row) },
      parametersFrom: 'apdu',
    });
    out.send(row, to, bytes);
  }

  #nextInvocation(row: number): number {
    const { invocation } = this.#group.link;
    invocation[row] = at(invocation, row) + 1;
    return at(invocation, row);
  }

  // Receiving.

  /** Opens an APDU; what is not believed has a reason instead. */
  #open(row: number, bytes: Uint8Array): Believed | ApduRefusal {
    const { ciphers, meters } = this.#options;
    const { rules, profile } = meters;
    const index = this.#index(row);
    return openTrusted(bytes, {
      keyId: ciphers.keyIdOf(index),
      cipher: () => ciphers.cipherOf(index),
      senderOf: (apdu) => this.#senderOf(row, apdu),
      isNew: (from, iv) =>
        takeIv(this.#group.link, rules, row, SOURCE_OF[from], iv, profile.module.ivWindow),
    });
  }

  /** Which of the two an APDU for this module comes from. */
  #senderOf(row: number, { called, calling }: Apdu): Host | undefined {
    if (called === undefined || !called.isSameAs(this.#ownTitle(row))) return undefined;
    if (calling?.isSameAs(this.#titleOf(row, 'head-end')) === true) return 'head-end';
    if (calling?.isSameAs(this.#options.titles.configurationServer) === true) {
      return 'configuration-server';
    }
    return undefined;
  }

  #takeAnswer(row: number, nowNs: number, invocation: number, { content, from }: Believed): void {
    const { out } = this.#options;
    const kind = this.#awaited(row, invocation);
    if (kind === undefined || UPLINK_ADDRESSEE[kind] !== from) {
      return out.refusedApdu(row, 'unknown');
    }
    let answer: UplinkAnswer;
    try {
      answer = decodeUplinkAnswer(kind, content.services);
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
    const age = at(this.#group.link.invocation, row) - invocation;
    if (age < 0 || age >= ANSWERS_AWAITED) return undefined;
    const place = row * ANSWERS_AWAITED + (invocation % ANSWERS_AWAITED);
    return UPLINK_KINDS[at(this.#group.link.awaited, place) - 1];
  }

  /** Executes a transaction and answers it. */
  #obey(row: number, nowNs: number, { apdu, content, from }: Believed): void {
    const { services } = content;
    let asked: { readonly transaction: Transaction; readonly pin: Uint8Array | null };
    try {
      asked = decodeTransaction(services);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#options.out.refusedApdu(row, 'malformed');
      return this.#answer(row, from, apdu, content, refuseAll(services, error), true);
    }
    const { transaction, pin } = asked;
    const answer = this.#execute(row, nowNs, transaction, pin);
    const refused = answer.outcome === 'refused';
    this.#options.out.received(row, transaction.kind, !refused);
    const encoded = encodeTransactionAnswer(transaction.kind, answer, pin !== null);
    this.#answer(row, from, apdu, content, encoded, refused);
  }

  #execute(
    row: number,
    nowNs: number,
    transaction: Transaction,
    pin: Uint8Array | null,
  ): TransactionAnswer {
    const { meters, pinOf, coverageOf } = this.#options;
    // Without the PIN, or with a wrong one, nothing is done. PRV-05
    if (pin === null || !isRightPin(pinOf(this.#index(row)), pin)) {
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
    to: Host,
    { callingInvocation, calling }: Apdu,
    { response }: EpsemContent,
    services: readonly Uint8Array[],
    refused: boolean,
  ): void {
    if (response === 'never' || (response === 'on-exception' && !refused)) return;
    const head = {
      called: calling ?? this.#titleOf(row, to),
      ...(callingInvocation !== undefined && { calledInvocation: callingInvocation }),
      calling: this.#ownTitle(row),
      callingInvocation: this.#nextAnswerInvocation(row),
    };
    this.#send(row, to, head, { response: 'never', services });
  }

  /** An answer is answered by nobody. */
  #nextAnswerInvocation(row: number): number {
    const invocation = this.#nextInvocation(row);
    this.#group.link.awaited[row * ANSWERS_AWAITED + (invocation % ANSWERS_AWAITED)] = 0;
    return invocation;
  }

  // Who is who.

  #index(row: number): number {
    return this.#options.meters.firstIndex + row;
  }

  #identity(row: number): MeterIdentity {
    return this.#options.identityOf(this.#index(row));
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
