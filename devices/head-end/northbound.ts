/** What operators and other systems ask of a head-end; served as it is by rigs/head-end. */
import type {
  Alarm,
  CampaignRecord,
  ConfigurationRecord,
  EventFilter,
  LoggedHeadEndEvent,
  MeterRecord,
  MeterSettings,
  ProvisioningRecord,
  ReadAnswer,
  SouthboundCounters,
} from '../domain/northbound.ts';
import type { PayloadCount } from '../domain/payload.ts';
import type { Campaigns } from './campaign.ts';
import { configureMeter, type ConfigureAnswer, type SettingsChange } from './configure.ts';
import { configureEvents } from './configure-events.ts';
import { unheard } from './configuration-server.ts';
import type { ProvisioningDesk } from './provisioning.ts';
import type { ReadingDesk } from './readings.ts';
import type { Shared } from './shared.ts';
import type { Southbound } from './southbound.ts';
import type { CampaignOrder } from './store.ts';

interface Desks {
  readonly southbound: Southbound;
  readonly provisioning: ProvisioningDesk;
  readonly readings: ReadingDesk;
  readonly campaigns: Campaigns;
}

/**
 * The northbound side. Answers come in the order of the serial numbers asked. Every method that
 * takes serial numbers throws {@link NotInManifest} for one that the head-end was never told of.
 */
export class NorthboundDesk {
  readonly #shared: Shared;
  readonly #desks: Desks;

  constructor(shared: Shared, desks: Desks) {
    this.#shared = shared;
    this.#desks = desks;
  }

  /** Head-end's clock minus the host's. */
  clockSkewNs(): number {
    return this.#shared.chronicle.skewNs;
  }

  setClockSkew(skewNs: number): void {
    this.#shared.chronicle.setSkew(skewNs);
  }

  records(serials: readonly string[]): MeterRecord[] {
    return serials.map((serial) => this.#shared.list.record(serial));
  }

  /** A meter that the configuration server never heard of has a record of zeros. */
  configurations(serials: readonly string[]): ConfigurationRecord[] {
    const { list, store } = this.#shared;
    return serials.map((serial) => {
      list.entry(serial);
      const { running: _, ...record } = store.configurations.get(serial) ?? unheard(serial);
      return record;
    });
  }

  /** Begins provisioning, or refuses it. @throws CodecError when a setting fits no transaction */
  provision(
    nowMs: number,
    serials: readonly string[],
    settings: MeterSettings,
  ): ProvisioningRecord[] {
    return this.#desks.provisioning.begin(nowMs, serials, settings);
  }

  /** The newest of each meter; a meter without one is left out. */
  provisionings(serials: readonly string[]): ProvisioningRecord[] {
    const { list, store } = this.#shared;
    return serials.flatMap((serial) => {
      list.entry(serial);
      return store.provisionings.get(serial)?.record ?? [];
    });
  }

  /**
   * Sends settings to a meter outside provisioning. `done` comes once, perhaps before this returns.
   * @throws CodecError when a setting fits no transaction
   */
  configure(
    nowMs: number,
    serial: string,
    change: SettingsChange,
    done: (answer: ConfigureAnswer) => void,
  ): void {
    configureMeter(this.#shared, nowMs, serial, change, done);
  }

  /** Sets which events a meter tells by itself. `done` comes once, perhaps before this returns. EV-03 */
  configureEvents(
    nowMs: number,
    serial: string,
    filter: EventFilter,
    done: (answer: ConfigureAnswer) => void,
  ): void {
    configureEvents(this.#shared, nowMs, serial, filter, done);
  }

  /** Makes the PIN in the device properties the device's own, or a wrong one. PRV-05 */
  setDevicePin(serials: readonly string[], right: boolean): void {
    for (const serial of serials) this.#shared.list.setPin(serial, right);
  }

  /** What was noted about a meter; both ends belong to the window. PRV-07 */
  searchEvents(query: {
    readonly serial: string;
    readonly fromMs: number;
    readonly toMs: number;
  }): LoggedHeadEndEvent[] {
    const { store, rules, list } = this.#shared;
    list.entry(query.serial);
    return store.loggedEvents
      .of(query.serial)
      .filter(({ atMs }) => rules.windowHolds(atMs, query.fromMs, query.toMs));
  }

  alarms(serials: readonly string[]): Alarm[] {
    const { list, store } = this.#shared;
    return serials.flatMap((serial) => store.alarms.of(list.entry(serial).serial));
  }

  /** Reads on demand. `done` comes once, before this returns when the read is refused. */
  read(nowMs: number, serial: string, intervals: number, done: (answer: ReadAnswer) => void): void {
    this.#desks.readings.read(nowMs, serial, intervals, (_, answer) => done(answer));
  }

  startCampaign(nowMs: number, order: CampaignOrder): CampaignRecord {
    return this.#desks.campaigns.start(nowMs, order);
  }

  /** As it stands; undefined when there is none of this number. */
  campaign(campaignId: number): CampaignRecord | undefined {
    return this.#desks.campaigns.record(campaignId);
  }

  /** What the messages of modules weighed, by kind. RD-08 */
  payloads(): readonly PayloadCount[] {
    return this.#desks.southbound.payloads();
  }

  counters(): SouthboundCounters {
    return this.#desks.southbound.counters();
  }
}
