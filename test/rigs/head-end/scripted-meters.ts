import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { testIdentity } from '../../../devices/domain/identity.ts';
import { UNSET_SETTINGS } from '../../../devices/domain/northbound.ts';
import type { MeterSettings } from '../../../devices/domain/northbound.ts';
import type { ApTitle } from '../../../devices/protocol/c12-22/ap-title.ts';
import { type Apdu, answerHead } from '../../../devices/protocol/c12-22/apdu.ts';
import type { EpsemContent } from '../../../devices/protocol/c12-22/epsem.ts';
import {
  openApdu,
  type Protection,
  sealApdu,
} from '../../../devices/protocol/c12-22/secure-apdu.ts';
import type {
  Transaction,
  TransactionAnswer,
  Uplink,
} from '../../../devices/protocol/centron-gprs/messages.ts';
import { UPLINK_ADDRESSEE } from '../../../devices/protocol/centron-gprs/messages.ts';
import {
  decodeTransaction,
  encodeTransactionAnswer,
} from '../../../devices/protocol/centron-gprs/transaction.ts';
import {
  encodeUplink,
  uplinkResponseControl,
} from '../../../devices/protocol/centron-gprs/uplink.ts';
import {
  CONFIGURATION_SERVER_TITLE,
  HEAD_END_TITLE,
  meterIndexOf,
  meterTitle,
  testCiphers,
} from '../../../rigs/head-end/test-keys.ts';

type ServerName = (typeof UPLINK_ADDRESSEE)[Uplink['kind']];

const TITLES: Readonly<Record<ServerName, ApTitle>> = {
  'head-end': HEAD_END_TITLE,
  'configuration-server': CONFIGURATION_SERVER_TITLE,
};

export const SETTINGS: MeterSettings = {
  intervalMinutes: 15,
  pushEveryMinutes: 0,
  declareAfterMs: 10_000,
  restoreAfterMs: 5_000,
  clockLowerMs: 1_000,
  clockUpperMs: 60_000,
  clockCycleMs: 3_600_000,
};

export function lastGasp(outageNumber: number): Uplink {
  return { kind: 'last-gasp', outageNumber, lostAtMs: Date.UTC(2026, 0, 5) };
}

export function registration(index: number): Uplink {
  const apTitle = meterTitle(index).toString();
  return { kind: 'registration', identity: testIdentity(index), apTitle, registrationNumber: 1 };
}

/**
 * The other ends of a head-end, without a model: they say what they are told to, answer every
 * transaction as a good meter would, and note what was acknowledged.
 */
export class ScriptedMeters {
  /** "<index>/<invocation id>" of what was answered. */
  readonly acknowledged = new Set<string>();
  readonly transactions: Transaction[] = [];
  readonly #send: (to: ServerName, index: number, bytes: Uint8Array) => void;
  readonly #ciphers = testCiphers();
  readonly #held = new Map<number, { -readonly [K in keyof MeterSettings]: MeterSettings[K] }>();
  /** One number is IV and invocation id alike, for all meters. */
  #number: number;

  constructor(send: (to: ServerName, index: number, bytes: Uint8Array) => void, firstNumber = 1) {
    this.#send = send;
    this.#number = firstNumber;
  }

  /** @returns under which name it will be in `acknowledged` */
  say(index: number, uplink: Uplink): string {
    const callingInvocation = this.#number;
    const to = UPLINK_ADDRESSEE[uplink.kind];
    const head = { called: TITLES[to], calling: meterTitle(index), callingInvocation };
    const response = uplinkResponseControl(uplink.kind);
    const content = { response, services: encodeUplink(uplink) };
    this.#send(to, index, sealApdu(head, content, this.#protection(index)));
    return `${index}/${callingInvocation}`;
  }

  /** What came for a meter from a server. */
  receive(bytes: Uint8Array): void {
    const opened = openApdu(bytes, {
      cipher: (_keyId, apdu) => this.#ciphers.cipherOf(calledIndex(apdu)),
    });
    if (opened.outcome !== 'good') throw new Error(`meter: ${opened.outcome}`);
    const { apdu, content } = opened;
    const index = calledIndex(apdu);
    if (apdu.calledInvocation === undefined) this.#answer(index, apdu, content);
    else this.acknowledged.add(`${index}/${apdu.calledInvocation}`);
  }

  #answer(index: number, apdu: Apdu, { services }: EpsemContent): void {
    const { transaction, pin } = decodeTransaction(services);
    this.transactions.push(transaction);
    const answer = this.#answerTo(index, transaction);
    const encoded = encodeTransactionAnswer(transaction.kind, answer, pin !== null);
    const head = answerHead(apdu, this.#number);
    const bytes = sealApdu(head, { response: 'never', services: encoded }, this.#protection(index));
    const isHeadEnd = apdu.calling?.isSameAs(HEAD_END_TITLE) === true;
    this.#send(isHeadEnd ? 'head-end' : 'configuration-server', index, bytes);
  }

  #answerTo(index: number, transaction: Transaction): TransactionAnswer {
    const identity = testIdentity(index);
    const held = this.#held.get(index) ?? { ...UNSET_SETTINGS };
    this.#held.set(index, held);
    switch (transaction.kind) {
      case 'get-version': {
        const { moduleVersion, metrologyVersion } = identity;
        return { outcome: 'version', moduleVersion, metrologyVersion };
      }
      case 'read-coverage':
        return { outcome: 'coverage', rssiDbm: -70 };
      case 'read-settings':
        return { outcome: 'settings', settings: { ...held } };
      case 'read-parameters':
        return { outcome: 'parameters', parameters: {} };
      case 'read-intervals': {
        const pulses = Array.from({ length: transaction.count }, (_, place) => place);
        const status = pulses.map(() => 0);
        const times = { endMinutes: 29_000_000, intervalMinutes: 15, registerPulses: 1_000 };
        return { outcome: 'intervals', block: { ...times, pulses, status } };
      }
      case 'configure-intervals':
        held.intervalMinutes = transaction.intervalMinutes;
        return { outcome: 'done' };
      case 'configure-push':
        held.pushEveryMinutes = transaction.everyMinutes;
        return { outcome: 'done' };
      case 'configure-outage-alarms':
        held.declareAfterMs = transaction.declareAfterMs;
        held.restoreAfterMs = transaction.restoreAfterMs;
        return { outcome: 'done' };
      case 'configure-clock-sync':
        held.clockLowerMs = transaction.lowerMs;
        held.clockUpperMs = transaction.upperMs;
        held.clockCycleMs = transaction.cycleMs;
        return { outcome: 'done' };
      case 'configure-event-alarms':
      case 'write-parameter':
        return { outcome: 'done' };
    }
  }

  #protection(index: number): Protection {
    return {
      mode: 'ciphered',
      cipher: this.#ciphers.cipherOf(index),
      parameters: { keyId: this.#ciphers.keyIdOf(index), iv: this.#number++ },
      parametersFrom: 'apdu',
    };
  }
}

function calledIndex({ called }: Apdu): number {
  const index = called === undefined ? undefined : meterIndexOf(called);
  if (index === undefined) throw new Error('meter: an APDU for nobody here');
  return index;
}

type End = { readonly host: string; readonly port: number };

/** Scripted meters behind one UDP socket, as a shard's are. */
export async function metersOverUdp(
  ends: Readonly<Record<ServerName, End>>,
  firstNumber?: number,
): Promise<ScriptedMeters & AsyncDisposable> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  const meters = new ScriptedMeters((to, _index, bytes) => {
    socket.send(bytes, ends[to].port, ends[to].host);
  }, firstNumber);
  socket.on('message', (bytes) => meters.receive(bytes));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return Object.assign(meters, {
    [Symbol.asyncDispose]: async () => {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  });
}

/** Resolves when `isSo`, asked again at each turn of the event loop. @throws after a time */
export async function until(isSo: () => boolean, what: string, withinMs = 10_000): Promise<void> {
  const late = AbortSignal.timeout(withinMs);
  while (!isSo()) {
    if (late.aborted) throw new Error(`awaited ${what} for ${withinMs} ms in vain`);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
