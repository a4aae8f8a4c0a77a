/**
 * The reference head-end as behaviour: registration, provisioning, alarms, readings and campaigns
 * over whatever language it is handed. It does no I/O, keeps no time of its own and remembers everything in its store.
 */
import type { NorthboundEvent } from '../domain/northbound.ts';
import type { ApTitle } from '../protocol/c12-22/ap-title.ts';
import type { HostLanguage } from '../protocol/centron-gprs/language.ts';
import type { Uplink, UplinkAnswer } from '../protocol/centron-gprs/messages.ts';
import { AlarmDesk } from './alarms.ts';
import { Campaigns } from './campaign.ts';
import { Chronicle } from './chronicle.ts';
import { CoverageDesk } from './coverage.ts';
import { MasterList } from './master-list.ts';
import { NetworkDesk } from './network-desk.ts';
import { NorthboundDesk } from './northbound.ts';
import { DEFAULT_PARAMETERS, type HeadEndParameters } from './parameters.ts';
import { ProvisioningDesk } from './provisioning.ts';
import { ReadingDesk } from './readings.ts';
import { RegistrationDesk, type TakenOverMeter } from './registration.ts';
import type { HeadEndRules } from './rules/index.ts';
import { type HeardUplink, type SendWhen, Southbound } from './southbound.ts';
import type { HeadEndStore, ManifestEntry } from './store.ts';
import { Transactions } from './transactions.ts';

/** Where a head-end's work goes. */
export interface HeadEndOut {
  /**
   * Sends an APDU to an address that `receive` was given. 'stored': not before everything that was
   * put into the store until now is durable. 'at once' does not wait for that.
   */
  send(address: string, bytes: Uint8Array, when: SendWhen): void;
  /** An event leaves northbound once the store, in which it stands already, is durable. */
  publish(event: NorthboundEvent): void;
}

export interface HeadEndOptions {
  readonly store: HeadEndStore;
  readonly rules: HeadEndRules;
  readonly language: HostLanguage;
  /** The head-end's own. */
  readonly title: ApTitle;
  /** The 20 bytes of a device's PIN. They stay in the process: no store, no answer has them. */
  readonly pinOf: (index: number) => Uint8Array;
  readonly out: HeadEndOut;
  readonly parameters?: Partial<HeadEndParameters>;
}

/**
 * One head-end. `nowMs` is the host's UTC, which never jumps; what operators see is stamped with
 * the head-end's own clock, which they may skew. After every call `wakeAtMs()` may have changed.
 */
export class HeadEnd {
  /** What operators and other systems ask of it. */
  readonly northbound: NorthboundDesk;
  readonly #list: MasterList;
  readonly #rules: HeadEndRules;
  readonly #chronicle: Chronicle;
  readonly #southbound: Southbound;
  readonly #transactions: Transactions;
  readonly #registration: RegistrationDesk;
  readonly #network: NetworkDesk;
  readonly #coverage: CoverageDesk;
  readonly #provisioning: ProvisioningDesk;
  readonly #alarms: AlarmDesk;
  readonly #readings: ReadingDesk;
  readonly #campaigns: Campaigns;

  constructor(options: HeadEndOptions) {
    const { store, rules, out } = options;
    const parameters = { ...DEFAULT_PARAMETERS, ...options.parameters };
    const { ivBlock, ivWindow, registrationPeriodS: periodS } = parameters;
    const list = new MasterList(store);
    const chronicle = new Chronicle(store, rules, list, (event) => out.publish(event));
    const southbound = new Southbound({
      server: 'head-end',
      store,
      rules,
      list,
      language: options.language,
      ivBlock,
      ivWindow,
      send: (address, bytes, when) => out.send(address, bytes, when),
    });
    const { pinOf } = options;
    const transactions = new Transactions({ southbound, list, pinOf, parameters, rules });
    const shared = { store, rules, list, chronicle, transactions };
    this.#list = list;
    this.#rules = rules;
    this.#chronicle = chronicle;
    this.#southbound = southbound;
    this.#transactions = transactions;
    this.#coverage = new CoverageDesk(shared);
    this.#registration = new RegistrationDesk(shared, periodS);
    this.#network = new NetworkDesk(options.title, list, chronicle);
    this.#provisioning = new ProvisioningDesk(shared, this.#coverage);
    this.#alarms = new AlarmDesk(shared);
    this.#readings = new ReadingDesk(shared);
    this.#campaigns = new Campaigns(shared, this.#readings);
    this.northbound = new NorthboundDesk(shared, {
      southbound,
      provisioning: this.#provisioning,
      readings: this.#readings,
      campaigns: this.#campaigns,
    });
  }

  /** Tells it of meters; one that it knows already stays as it is. */
  addMeters(entries: Iterable<ManifestEntry>): void {
    for (const entry of entries) this.#list.add(entry);
  }

  /** Takes over meters of the manifest that are placed or provisioned already. */
  takeOver(nowMs: number, meters: Iterable<TakenOverMeter>): void {
    for (const meter of meters) this.#registration.takeOver(nowMs, meter);
  }

  /** After a restart: everything that was under way goes on from the store. */
  resume(nowMs: number): void {
    this.#coverage.resume(nowMs);
    this.#provisioning.resume(nowMs);
    this.#campaigns.resume(nowMs);
  }

  /**
   * Takes the bytes of one message, as they came.
   * @param belowMsNs what `nowMs` leaves out, 0 to 999,999
   * @param from opaque; what is sent to it reaches the sender
   */
  receive(nowMs: number, belowMsNs: number, from: string, bytes: Uint8Array): void {
    const heard = this.#southbound.open(from, bytes);
    if (heard === null) return;
    switch (heard.kind) {
      case 'uplink':
        return this.#hear(nowMs, belowMsNs, heard);
      case 'answer':
        return this.#transactions.answered(nowMs, heard);
      case 'network':
        return this.#southbound.answerNetwork(heard, this.#network.answer(nowMs, heard));
    }
  }

  /** Does what is due. */
  wake(nowMs: number): void {
    // The 30 minutes first: what is given up in the same instant is overdue. PRV-02
    this.#provisioning.wake(nowMs);
    this.#transactions.wake(nowMs);
  }

  /** When it next wants to be woken, host's UTC; Infinity for never. */
  wakeAtMs(): number {
    return Math.min(this.#provisioning.wakeAtMs(), this.#transactions.wakeAtMs());
  }

  #hear(nowMs: number, belowMsNs: number, heard: HeardUplink): void {
    const uplink = this.#southbound.uplinkOf(heard);
    if (uplink === null) return;
    const answer = this.#answerTo(nowMs, belowMsNs, heard, uplink);
    this.#southbound.answerUplink(heard, uplink.kind, answer, this.#rules.acknowledgeWhen());
    // After the answer, so that a module is asked nothing before it knows that it is placed.
    if (answer.outcome === 'registered') {
      this.#coverage.validateOnce(nowMs, heard.meter.entry.serial);
    }
  }

  #answerTo(
    nowMs: number,
    belowMsNs: number,
    { meter }: HeardUplink,
    uplink: Uplink,
  ): UplinkAnswer {
    const { serial } = meter.entry;
    switch (uplink.kind) {
      case 'registration':
        return this.#registration.register(nowMs, meter, uplink);
      case 'heartbeat':
        return { outcome: 'accepted' };
      case 'clock-reference-request':
        return { outcome: 'clock-reference', ...this.#chronicle.clock(nowMs, belowMsNs) };
      case 'clock-deviation':
      case 'last-gasp':
      case 'restoration':
      case 'event-alarm':
        this.#alarms.raise(nowMs, serial, uplink);
        return { outcome: 'accepted' };
      case 'interval-report':
        this.#readings.take(nowMs, serial, uplink.block, 'push');
        return { outcome: 'accepted' };
      case 'auto-configuration':
      case 'registration-confirmed':
        // These are the configuration server's.
        return { outcome: 'refused', code: 'iar' };
    }
  }
}
