import { C1222HostLanguage } from '../../../devices/protocol/centron-gprs/c12-22/host.ts';
import { UNSET_SETTINGS } from '../../../devices/domain/northbound.ts';
import { testIdentity } from '../../../devices/domain/identity.ts';
import type {
  MeterSettings,
  NorthboundEvent,
  TransactionKind,
} from '../../../devices/domain/northbound.ts';
import {
  ConfigurationServer,
  type CustomerParameters,
} from '../../../devices/head-end/configuration-server.ts';
import { HeadEnd } from '../../../devices/head-end/head-end.ts';
import { createMemoryStore } from '../../../devices/head-end/memory-store.ts';
import type { HeadEndParameters } from '../../../devices/head-end/parameters.ts';
import { HEAD_END_RULES, type HeadEndRules } from '../../../devices/head-end/rules/index.ts';
import type { HeadEndStore, ManifestEntry } from '../../../devices/head-end/store.ts';
import { ApTitle } from '../../../devices/protocol/c12-22/ap-title.ts';
import { answerHead, type ApduHead } from '../../../devices/protocol/c12-22/apdu.ts';
import {
  createEaxPrimeCipher,
  type EaxPrimeCipher,
} from '../../../devices/protocol/c12-22/eax-prime.ts';
import { openApdu, sealApdu } from '../../../devices/protocol/c12-22/secure-apdu.ts';
import type {
  IntervalBlock,
  Transaction,
  TransactionAnswer,
  Uplink,
  UplinkAnswer,
} from '../../../devices/protocol/centron-gprs/messages.ts';
import {
  decodeTransaction,
  encodeTransactionAnswer,
} from '../../../devices/protocol/centron-gprs/transaction.ts';
import {
  decodeUplinkAnswer,
  encodeUplink,
  uplinkResponseControl,
} from '../../../devices/protocol/centron-gprs/uplink.ts';

export const START_MS = Date.UTC(2026, 0, 1);
const TITLES = { 'head-end': ApTitle.of('.2.1'), 'configuration-server': ApTitle.of('.2.2') };

export const CUSTOMER: CustomerParameters = {
  apn: 'meters.example',
  'tms-address': '192.0.2.1',
  'tms-port': '1153',
  'tms-ap-title': '.2.1',
  customer: 'example',
  'registration-retry-s': '60',
};

export const SETTINGS: MeterSettings = {
  intervalMinutes: 15,
  pushEveryMinutes: 15,
  declareAfterMs: 15_000,
  restoreAfterMs: 30_000,
  clockLowerMs: 5_000,
  clockUpperMs: 60_000,
  clockCycleMs: 900_000,
};

const CIPHERS = new Map<number, EaxPrimeCipher>();

export function cipherOf(index: number): EaxPrimeCipher {
  let cipher = CIPHERS.get(index);
  if (cipher === undefined) {
    cipher = createEaxPrimeCipher(Uint8Array.from({ length: 16 }, (_, at) => index * 7 + at));
    CIPHERS.set(index, cipher);
  }
  return cipher;
}

export const keyIdOf = (index: number): number => index % 256;

function pinOf(index: number): Uint8Array {
  return new Uint8Array(20).fill(index + 1);
}

function entryOf(index: number): ManifestEntry {
  const { serial } = testIdentity(index);
  return { serial, apTitle: `.1.${index + 1}`, index, pinIsRight: true };
}

export type Host = keyof typeof TITLES;

interface Sent {
  readonly host: Host;
  readonly address: string;
  readonly bytes: Uint8Array;
  readonly when: 'stored' | 'at once';
}

/** How a scripted meter does a transaction; null is silence. */
export type Doing = (meter: ScriptedMeter, transaction: Transaction) => TransactionAnswer | null;

/** A meter at the far end of the wire: real sealed bytes, and nothing of the project's model. */
export class ScriptedMeter {
  readonly index: number;
  readonly serial: string;
  readonly identity: ReturnType<typeof testIdentity>;
  readonly title: ApTitle;
  address: string;
  settings: MeterSettings = UNSET_SETTINGS;
  /** Every transaction that arrived, in order. */
  readonly asked: Transaction[] = [];
  readonly answers: UplinkAnswer[] = [];
  readonly ivs: Record<Host, number[]> = { 'head-end': [], 'configuration-server': [] };
  doing: Doing = done;
  #iv = 1;
  readonly #said = new Map<number, Uplink['kind']>();

  constructor(index: number) {
    this.index = index;
    this.identity = testIdentity(index);
    this.serial = this.identity.serial;
    this.title = ApTitle.of(`.1.${index + 1}`);
    this.address = `10.0.0.${index}`;
  }

  get kinds(): TransactionKind[] {
    return this.asked.map(({ kind }) => kind);
  }

  uplink(uplink: Uplink, host: Host = 'head-end', iv = this.#iv++): Uint8Array {
    this.#said.set(iv, uplink.kind);
    const head = { called: TITLES[host], calling: this.title, callingInvocation: iv };
    const services = encodeUplink(uplink);
    return this.#sealed(head, services, iv, uplinkResponseControl(uplink.kind));
  }

  /** Takes what a host sent; what it answers, or null. */
  receive(host: Host, bytes: Uint8Array): Uint8Array | null {
    const opened = openApdu(bytes, { cipher: () => cipherOf(this.index) });
    if (opened.outcome !== 'good') throw new Error(`${opened.outcome} at meter ${this.index}`);
    this.ivs[host].push(opened.parameters.iv);
    const { apdu, content } = opened;
    if (apdu.calledInvocation !== undefined) {
      const kind = this.#said.get(apdu.calledInvocation);
      if (kind === undefined) throw new Error('an answer to nothing');
      this.answers.push(decodeUplinkAnswer(kind, content.services));
      return null;
    }
    const { transaction, pin } = decodeTransaction(content.services);
    this.asked.push(transaction);
    const isPin = pin !== null && Buffer.compare(pin, pinOf(this.index)) === 0;
    const answer = isPin
      ? this.doing(this, transaction)
      : ({ outcome: 'refused', code: 'isc', wrongPin: true } as const);
    if (answer === null) return null;
    const iv = this.#iv++;
    const services = encodeTransactionAnswer(transaction.kind, answer, pin !== null);
    return this.#sealed(answerHead(apdu, iv), services, iv, 'never');
  }

  #sealed(
    head: ApduHead,
    services: readonly Uint8Array[],
    iv: number,
    response: 'always' | 'on-exception' | 'never',
  ): Uint8Array {
    return sealApdu(
      head,
      { services, response },
      {
        mode: 'ciphered',
        cipher: cipherOf(this.index),
        parameters: { keyId: keyIdOf(this.index), iv },
        parametersFrom: 'apdu',
      },
    );
  }
}

/** A meter that does what it is asked. */
export function done(meter: ScriptedMeter, transaction: Transaction): TransactionAnswer {
  const { identity } = meter;
  switch (transaction.kind) {
    case 'get-version': {
      const { moduleVersion, metrologyVersion } = identity;
      return { outcome: 'version', moduleVersion, metrologyVersion };
    }
    case 'read-coverage':
      return { outcome: 'coverage', rssiDbm: -71 };
    case 'read-settings':
      return { outcome: 'settings', settings: meter.settings };
    case 'read-parameters':
      return { outcome: 'parameters', parameters: {} };
    case 'read-intervals':
      return { outcome: 'intervals', block: blockOf(transaction.count) };
    case 'configure-intervals':
    case 'configure-push':
    case 'configure-outage-alarms':
    case 'configure-clock-sync':
      meter.settings = { ...meter.settings, ...settingsIn(transaction) };
      return { outcome: 'done' };
    case 'write-parameter':
    case 'configure-event-alarms':
      return { outcome: 'done' };
  }
}

function settingsIn(
  transaction: Exclude<
    Extract<Transaction, { readonly kind: `configure-${string}` }>,
    { readonly kind: 'configure-event-alarms' }
  >,
): Partial<MeterSettings> {
  switch (transaction.kind) {
    case 'configure-intervals':
      return { intervalMinutes: transaction.intervalMinutes };
    case 'configure-push':
      return { pushEveryMinutes: transaction.everyMinutes };
    case 'configure-outage-alarms': {
      const { declareAfterMs, restoreAfterMs } = transaction;
      return { declareAfterMs, restoreAfterMs };
    }
    case 'configure-clock-sync': {
      const { lowerMs: clockLowerMs, upperMs: clockUpperMs, cycleMs: clockCycleMs } = transaction;
      return { clockLowerMs, clockUpperMs, clockCycleMs };
    }
  }
}

export function blockOf(count: number, endMinutes = 29_000_000): IntervalBlock {
  return {
    endMinutes,
    intervalMinutes: 15,
    pulses: Array.from({ length: count }, (_, at) => at),
    status: Array.from({ length: count }, () => 0),
    registerPulses: 1_000,
  };
}

export interface StoryOptions {
  readonly meters?: number;
  readonly rules?: Partial<HeadEndRules>;
  readonly parameters?: Partial<HeadEndParameters>;
  readonly store?: HeadEndStore;
}

/** A head-end, a configuration server and scripted meters, told the time by the test. */
export class Story {
  readonly store: HeadEndStore;
  readonly meters: readonly ScriptedMeter[];
  readonly events: NorthboundEvent[] = [];
  headEnd: HeadEnd;
  configurationServer: ConfigurationServer;
  nowMs = START_MS;
  /** What went out and did not arrive yet. */
  wire: Sent[] = [];
  /** Everything that went out. */
  readonly sent: Sent[] = [];
  readonly #options: StoryOptions;

  constructor(options: StoryOptions = {}) {
    this.#options = options;
    this.store = options.store ?? createMemoryStore();
    this.meters = Array.from(
      { length: options.meters ?? 1 },
      (_, index) => new ScriptedMeter(index),
    );
    this.headEnd = this.#headEnd();
    this.configurationServer = this.#configurationServer();
    const manifest = this.meters.map(({ index }) => entryOf(index));
    this.headEnd.addMeters(manifest);
    this.configurationServer.addMeters(manifest);
  }

  get meter(): ScriptedMeter {
    return this.at(0);
  }

  get serials(): string[] {
    return this.meters.map(({ serial }) => serial);
  }

  at(index: number): ScriptedMeter {
    const meter = this.meters[index];
    if (meter === undefined) throw new RangeError(`no meter ${index} in the story`);
    return meter;
  }

  /** The process dies: what was on the wire from it is gone, and another takes up the store. */
  restart(): void {
    this.wire = [];
    this.headEnd = this.#headEnd();
    this.configurationServer = this.#configurationServer();
    this.headEnd.resume(this.nowMs);
    this.configurationServer.resume(this.nowMs);
  }

  hears(bytes: Uint8Array, from: string, host: Host = 'head-end'): void {
    if (host === 'head-end') this.headEnd.receive(this.nowMs, 0, from, bytes);
    else this.configurationServer.receive(this.nowMs, from, bytes);
  }

  say(meter: ScriptedMeter, uplink: Uplink, host: Host = 'head-end'): void {
    this.hears(meter.uplink(uplink, host), meter.address, host);
  }

  /** Everything on the wire arrives, and so do the answers, until it is quiet. */
  settle(): void {
    for (let sent = this.wire.shift(); sent !== undefined; sent = this.wire.shift()) {
      const { address, host, bytes } = sent;
      const meter = this.meters.find((one) => one.address === address);
      const answer = meter?.receive(host, bytes);
      if (meter !== undefined && answer != null) this.hears(answer, meter.address, host);
    }
  }

  /** Time passes: each wake in its instant, and the wire is quiet in between. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    this.settle();
    for (;;) {
      const atMs = Math.min(this.headEnd.wakeAtMs(), this.configurationServer.wakeAtMs());
      if (atMs > endMs) break;
      this.nowMs = Math.max(atMs, this.nowMs);
      this.headEnd.wake(this.nowMs);
      this.configurationServer.wake(this.nowMs);
      this.settle();
    }
    this.nowMs = endMs;
  }

  register(meter: ScriptedMeter = this.meter, change: object = {}): void {
    this.say(meter, {
      kind: 'registration',
      identity: { ...meter.identity, ...change },
      apTitle: meter.title.toString(),
      registrationNumber: 1,
    });
    this.settle();
  }

  /** Registers all meters and provisions them. */
  commission(settings: MeterSettings = SETTINGS): void {
    for (const meter of this.meters) this.register(meter);
    this.headEnd.northbound.provision(this.nowMs, this.serials, settings);
    this.pass(1_000);
  }

  record(meter: ScriptedMeter = this.meter) {
    return this.one(this.headEnd.northbound.records([meter.serial]));
  }

  provisioning(meter: ScriptedMeter = this.meter) {
    return this.one(this.headEnd.northbound.provisionings([meter.serial]));
  }

  logged(meter: ScriptedMeter = this.meter): string[] {
    const window = { serial: meter.serial, fromMs: 0, toMs: Infinity };
    return this.headEnd.northbound.searchEvents(window).map(({ what }) => what);
  }

  one<T>(list: readonly T[]): T {
    const [first] = list;
    if (first === undefined || list.length > 1) throw new Error(`${list.length} instead of one`);
    return first;
  }

  #headEnd(): HeadEnd {
    return new HeadEnd({
      ...this.#shared(),
      title: TITLES['head-end'],
      language: new C1222HostLanguage(TITLES['head-end'], { cipherOf, keyIdOf }),
      out: {
        send: (address, bytes, when) => this.#send({ host: 'head-end', address, bytes, when }),
        publish: (event) => this.events.push(event),
      },
    });
  }

  #configurationServer(): ConfigurationServer {
    const host = 'configuration-server';
    return new ConfigurationServer({
      ...this.#shared(),
      language: new C1222HostLanguage(TITLES[host], { cipherOf, keyIdOf }),
      customer: CUSTOMER,
      out: { send: (address, bytes, when) => this.#send({ host, address, bytes, when }) },
    });
  }

  #shared() {
    return {
      store: this.store,
      rules: { ...HEAD_END_RULES, ...this.#options.rules },
      pinOf,
      parameters: this.#options.parameters ?? {},
    };
  }

  #send(sent: Sent): void {
    this.wire.push(sent);
    this.sent.push(sent);
  }
}
