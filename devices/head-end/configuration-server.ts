/**
 * The customer's configuration server: a module that says Auto-Configuration gets all parameters
 * of its customer, one transaction each, and later confirms its registration here. REG-02, REG-03,
 * REG-05
 */
import type { ConfigurationRecord } from '../domain/northbound.ts';
import type { HostLanguage } from '../protocol/centron-gprs/language.ts';
import {
  PARAMETER_KEYS,
  type ParameterKey,
  type TransactionAnswer,
  type Uplink,
  type UplinkAnswer,
} from '../protocol/centron-gprs/messages.ts';
import { stampMs } from './chronicle.ts';
import { MasterList } from './master-list.ts';
import { DEFAULT_PARAMETERS, type HeadEndParameters } from './parameters.ts';
import type { HeadEndRules } from './rules/index.ts';
import { type SendWhen, Southbound } from './southbound.ts';
import type { HeadEndStore, ManifestEntry, StoredConfiguration } from './store.ts';
import { Transactions } from './transactions.ts';

/** What this customer's meters must hold: every key has a value. REG-03 */
export type CustomerParameters = Readonly<Record<ParameterKey, string>>;

export interface ConfigurationServerOptions {
  /** May be the head-end's: each keeps its own IVs, windows and counters in it. */
  readonly store: HeadEndStore;
  readonly rules: HeadEndRules;
  /** Under the configuration server's own title. */
  readonly language: HostLanguage;
  readonly pinOf: (index: number) => Uint8Array;
  readonly customer: CustomerParameters;
  readonly out: { send(address: string, bytes: Uint8Array, when: SendWhen): void };
  readonly parameters?: Partial<HeadEndParameters>;
}

/** One configuration server, driven as a HeadEnd is. */
export class ConfigurationServer {
  readonly #options: ConfigurationServerOptions;
  readonly #list: MasterList;
  readonly #southbound: Southbound;
  readonly #transactions: Transactions;

  constructor(options: ConfigurationServerOptions) {
    const { store, rules, language, pinOf, out } = options;
    const parameters = { ...DEFAULT_PARAMETERS, ...options.parameters };
    const list = new MasterList(store);
    const southbound = new Southbound({
      server: 'configuration-server',
      store,
      rules,
      list,
      language,
      ivBlock: parameters.ivBlock,
      ivWindow: parameters.ivWindow,
      send: (address, bytes, when) => out.send(address, bytes, when),
    });
    this.#options = options;
    this.#list = list;
    this.#southbound = southbound;
    this.#transactions = new Transactions({ southbound, list, pinOf, parameters, rules });
  }

  /** Tells it of meters; one that it knows already stays as it is. */
  addMeters(entries: Iterable<ManifestEntry>): void {
    for (const entry of entries) this.#list.add(entry);
  }

  /** After a restart: parameters that were being written are written on. */
  resume(nowMs: number): void {
    const all = [...this.#options.store.configurations.entries()];
    for (const [serial] of all.filter(([, { running }]) => running)) this.#writeNext(nowMs, serial);
  }

  /** Takes the bytes of one APDU, as they came from an address. */
  receive(nowMs: number, from: string, bytes: Uint8Array): void {
    const heard = this.#southbound.open(from, bytes);
    if (heard === null) return;
    if (heard.kind === 'answer') return this.#transactions.answered(nowMs, heard);
    // The network is asked of the head-end alone.
    if (heard.kind === 'network') return this.#southbound.countMalformed();
    const uplink = this.#southbound.uplinkOf(heard);
    if (uplink === null) return;
    const { serial } = heard.meter.entry;
    const wasRunning = this.#stored(serial).running;
    const answer = this.#answerTo(nowMs, serial, uplink);
    this.#southbound.answerUplink(heard, uplink.kind, answer, 'stored');
    if (!wasRunning && this.#stored(serial).running) this.#writeNext(nowMs, serial);
  }

  /** Does what is due. */
  wake(nowMs: number): void {
    this.#transactions.wake(nowMs);
  }

  /** When it next wants to be woken, host's UTC; Infinity for never. */
  wakeAtMs(): number {
    return this.#transactions.wakeAtMs();
  }

  #answerTo(nowMs: number, serial: string, uplink: Uplink): UplinkAnswer {
    const record = this.#stored(serial);
    const atMs = stampMs(this.#options.store.clockSkewNs.get('skew') ?? 0, nowMs);
    switch (uplink.kind) {
      case 'auto-configuration':
        this.#save({
          ...record,
          autoConfigurations: record.autoConfigurations + 1,
          firstHeardAtMs: record.firstHeardAtMs ?? atMs,
          identity: uplink.identity,
          parameters: this.#options.customer,
          // Who says it again while parameters are on their way has to wait for them.
          parametersWritten: record.running ? record.parametersWritten : 0,
          running: true,
        });
        return { outcome: 'accepted' };
      case 'registration-confirmed':
        this.#save({ ...record, confirmedAtMs: record.confirmedAtMs ?? atMs });
        return { outcome: 'accepted' };
      case 'registration':
      case 'heartbeat':
      case 'clock-reference-request':
      case 'clock-deviation':
      case 'last-gasp':
      case 'restoration':
      case 'event-alarm':
      case 'interval-report':
        this.#save({ ...record, otherMessages: record.otherMessages + 1 });
        return { outcome: 'refused', code: 'iar' };
    }
  }

  /** One parameter at a time, in their order, each after the answer to the one before. REG-03 */
  #writeNext(nowMs: number, serial: string): void {
    const { rules, customer } = this.#options;
    const record = this.#stored(serial);
    const key = rules.parametersToWrite(PARAMETER_KEYS)[record.parametersWritten];
    if (key === undefined) {
      this.#save({ ...record, running: false });
      return;
    }
    this.#transactions.ask(nowMs, {
      serial,
      transaction: { kind: 'write-parameter', key, value: customer[key] },
      done: (atMs, answer) => this.#written(atMs, serial, answer),
    });
  }

  #written(nowMs: number, serial: string, answer: TransactionAnswer | null): void {
    const record = this.#stored(serial);
    if (answer?.outcome !== 'done') {
      // Given up: the module says Auto-Configuration again as long as it is not configured.
      this.#save({ ...record, running: false });
      return;
    }
    this.#save({ ...record, parametersWritten: record.parametersWritten + 1 });
    this.#writeNext(nowMs, serial);
  }

  #stored(serial: string): StoredConfiguration {
    return this.#options.store.configurations.get(serial) ?? unheard(serial);
  }

  #save(record: StoredConfiguration): void {
    this.#options.store.configurations.put(record.serial, record);
  }
}

/** A meter that the configuration server never heard of. */
export function unheard(serial: string): ConfigurationRecord & { readonly running: false } {
  return {
    serial,
    autoConfigurations: 0,
    firstHeardAtMs: null,
    identity: null,
    parameters: {},
    parametersWritten: 0,
    confirmedAtMs: null,
    otherMessages: 0,
    running: false,
  };
}
