import { PayloadTally } from '../../../devices/domain/payload.ts';
import { type MeterIdentity, testIdentity } from '../../../devices/domain/identity.ts';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import type { Meters } from '../../../devices/meter/columns.ts';
import { type ApduRefusal, ModuleFace } from '../../../devices/meter/face/module.ts';
import { C1222ModuleLanguage } from '../../../devices/protocol/centron-gprs/c12-22/module.ts';
import type { Host } from '../../../devices/protocol/centron-gprs/language.ts';
import { type MeterInput, WAKE } from '../../../devices/meter/input.ts';
import { wakeAt } from '../../../devices/meter/timers.ts';
import {
  PARAMETER_KEYS,
  type Transaction,
  type TransactionAnswer,
  type Uplink,
  type UplinkAnswer,
} from '../../../devices/protocol/centron-gprs/messages.ts';
import {
  decodeTransactionAnswer,
  encodeTransaction,
} from '../../../devices/protocol/centron-gprs/transaction.ts';
import { decodeUplink, encodeUplinkAnswer } from '../../../devices/protocol/centron-gprs/uplink.ts';
import { ApTitle } from '../../../devices/protocol/c12-22/ap-title.ts';
import type { ApduHead } from '../../../devices/protocol/c12-22/apdu.ts';
import { createEaxPrimeCipher } from '../../../devices/protocol/c12-22/eax-prime.ts';
import type { ResponseControl } from '../../../devices/protocol/c12-22/epsem.ts';
import { openApdu, sealApdu } from '../../../devices/protocol/c12-22/secure-apdu.ts';
import { ON, type TableOptions, tableOf } from './story.ts';

export const KEY_ID = 3;
export const CIPHER = createEaxPrimeCipher(new Uint8Array(16).fill(7));
export const OTHER_CIPHER = createEaxPrimeCipher(new Uint8Array(16).fill(8));
export const PIN = Uint8Array.from({ length: 20 }, (_, place) => place + 1);
export const TITLES = {
  'head-end': ApTitle.of('.2.1'),
  'configuration-server': ApTitle.of('.2.2'),
} as const;
export const METER = ApTitle.of('.9.1');

interface Sent {
  readonly to: Host;
  readonly head: ApduHead;
  readonly iv: number;
  readonly response: ResponseControl | undefined;
  readonly services: readonly Uint8Array[];
}

interface AskOptions {
  readonly from?: Host;
  readonly pin?: Uint8Array | null;
  readonly response?: ResponseControl;
}

/** A module of one row on its network, and the two hosts' side of it, with real sealed bytes. */
export class Network {
  readonly meters: Meters;
  readonly face: ModuleFace;
  readonly sent: Sent[] = [];
  readonly said: string[] = [];
  readonly received: (readonly [kind: string, accepted: boolean])[] = [];
  readonly answered: (readonly [kind: string, accepted: boolean])[] = [];
  readonly refused: ApduRefusal[] = [];
  readonly identity: MeterIdentity = testIdentity(0);
  readonly payloads = new PayloadTally();
  #meterIv = 0;
  #hostIv = 0;
  nowNs = 0;

  constructor(options: TableOptions = {}) {
    this.meters = tableOf({ commissioned: 'fresh', withLoadProfile: false, ...options });
    this.face = new ModuleFace({
      meters: this.meters,
      language: new C1222ModuleLanguage({ cipherOf: () => CIPHER, keyIdOf: () => KEY_ID }),
      nextIv: () => ++this.#meterIv,
      titles: {
        meter: () => METER,
        headEnd: TITLES['head-end'],
        configurationServer: TITLES['configuration-server'],
      },
      identityOf: () => this.identity,
      pinOf: () => PIN,
      coverageOf: () => -71,
      out: {
        send: (_row, to, bytes) => this.sent.push(open(to, bytes)),
        said: (_row, kind) => this.said.push(kind),
        weighed: (_row, kind, raw, sent) => this.payloads.add(kind, raw, sent),
        received: (_row, kind, accepted) => this.received.push([kind, accepted]),
        answered: (_row, kind, accepted) => this.answered.push([kind, accepted]),
        refusedApdu: (_row, why) => this.refused.push(why),
      },
    });
  }

  /** Tells the module an input at an instant, having woken it whenever it wanted before. */
  at(seconds: number, input: MeterInput = WAKE): void {
    for (
      let due = wakeAt(this.meters, 0);
      due <= seconds * NS_PER_S;
      due = wakeAt(this.meters, 0)
    ) {
      this.nowNs = due;
      this.face.step(0, due, WAKE);
    }
    this.nowNs = seconds * NS_PER_S;
    this.face.step(0, this.nowNs, input);
  }

  seal(
    from: Host,
    head: ApduHead,
    services: readonly Uint8Array[],
    iv = ++this.#hostIv,
  ): Uint8Array {
    return sealApdu(
      { called: METER, calling: TITLES[from], ...head },
      { services },
      {
        mode: 'ciphered',
        cipher: CIPHER,
        parameters: { keyId: KEY_ID, iv },
        parametersFrom: 'apdu',
      },
    );
  }

  receive(bytes: Uint8Array): void {
    this.face.receive(0, this.nowNs, bytes);
  }

  /** Asks a transaction. @returns the answer from meter to asker, or null when there was none */
  ask(transaction: Transaction, options: AskOptions = {}): TransactionAnswer | null {
    const { from = 'head-end', response = 'always' } = options;
    const pin = options.pin === undefined ? PIN : options.pin;
    const before = this.sent.length;
    this.receive(
      sealApdu(
        { called: METER, calling: TITLES[from], callingInvocation: 77 },
        { response, services: encodeTransaction(transaction, pin) },
        {
          mode: 'ciphered',
          cipher: CIPHER,
          parameters: { keyId: KEY_ID, iv: ++this.#hostIv },
          parametersFrom: 'apdu',
        },
      ),
    );
    const answer = this.sent
      .slice(before)
      .find(
        ({ to, head }) =>
          to === from &&
          head.calledInvocation === 77 &&
          head.called?.isSameAs(TITLES[from]) === true &&
          head.calling?.isSameAs(METER) === true,
      );
    if (answer === undefined) return null;
    return decodeTransactionAnswer(transaction.kind, answer.services, pin !== null);
  }

  /** The newest uplink of a kind, with its APDU. */
  uplink<K extends Uplink['kind']>(kind: K): { sent: Sent; uplink: Extract<Uplink, { kind: K }> } {
    for (const sent of this.sent.toReversed()) {
      if (sent.head.calledInvocation !== undefined) continue;
      const uplink = decodeUplink(sent.services);
      if (uplink.kind === kind) return { sent, uplink: uplink as Extract<Uplink, { kind: K }> };
    }
    throw new Error(`no ${kind} was sent; sent were ${this.said.join(', ')}`);
  }

  /** Answers the newest uplink of a kind. */
  answer(kind: Uplink['kind'], answer: UplinkAnswer, from?: Host): Uint8Array {
    const { sent } = this.uplink(kind);
    const head = { calledInvocation: sent.head.callingInvocation ?? -1, callingInvocation: 1 };
    const bytes = this.seal(from ?? sent.to, head, encodeUplinkAnswer(kind, answer));
    this.receive(bytes);
    return bytes;
  }

  /** Writes all parameters and lets the registration be accepted. */
  place(): void {
    this.at(1, ON);
    this.at(20);
    for (const key of PARAMETER_KEYS) this.ask(parameter(key), CONFIGURING);
    this.at(21);
    this.answer('registration', REGISTERED);
  }
}

function open(to: Host, bytes: Uint8Array): Sent {
  const opened = openApdu(bytes, { cipher: () => CIPHER });
  if (opened.outcome !== 'good' || opened.control.security !== 'ciphered') {
    throw new Error(`the module sent an APDU that is ${opened.outcome}, and not ciphered`);
  }
  const { apdu, content, parameters } = opened;
  return {
    to,
    head: apdu,
    iv: parameters.iv,
    response: content.response,
    services: content.services,
  };
}

export function parameter(key: (typeof PARAMETER_KEYS)[number]): Transaction {
  const value = key === 'tms-ap-title' ? '.2.1' : `value of ${key}`;
  return { kind: 'write-parameter', key, value };
}

export const CONFIGURING: AskOptions = { from: 'configuration-server' };
export const REGISTERED: UplinkAnswer = { outcome: 'registered', apTitle: '.9.1', periodS: 3600 };
export const GET_VERSION: Transaction = { kind: 'get-version' };
export const OUTAGES: Transaction = {
  kind: 'configure-outage-alarms',
  declareAfterMs: 15_000,
  restoreAfterMs: 30_000,
};
