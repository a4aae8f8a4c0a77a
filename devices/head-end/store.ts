/**
 * What a head-end and its configuration server remember. Synchronous and written through: what is
 * put has been taken over when the call returns, and is durable once whoever serves the store has
 * committed it. Answers marked 'stored' go out after that commit. Values are plain JSON, are never
 * changed after they were put, and hold no secret: keys and PINs stay outside, found by index.
 */
import type {
  Alarm,
  CampaignRecord,
  ConfigurationRecord,
  IntervalReading,
  LoggedHeadEndEvent,
  MeterRecord,
  MeterSettings,
  NorthboundEvent,
  ProvisioningRecord,
  SouthboundCounters,
} from '../domain/northbound.ts';

/** A meter that the head-end was told of: nobody else is listened to. REG-10 */
export interface ManifestEntry {
  readonly serial: string;
  readonly apTitle: string;
  /** Under which its keys and its PIN are found. */
  readonly index: number;
  /** Whether the PIN in the device properties is the device's own; false makes it a wrong one. */
  readonly pinIsRight: boolean;
}

/** One row of the Master List; what the other tables know is added northbound. */
export type MasterListRow = Omit<MeterRecord, 'records' | 'address'>;

export interface StoredProvisioning {
  readonly record: ProvisioningRecord;
  /** What it is to set, as it was asked. */
  readonly settings: MeterSettings;
  /** Host's clock, which no operator skews: the 30 minutes count by it. PRV-02 */
  readonly startedAtHostMs: number;
}

export type StoredConfiguration = ConfigurationRecord & {
  /** Whether parameters are being written, one after the other. */
  readonly running: boolean;
};

/** What a campaign was asked to do. */
export interface CampaignOrder {
  readonly serials: readonly string[];
  readonly clusterSize: number;
  readonly concurrency: number;
  readonly intervals: number;
  /** Only meters whose reports are missing: poll by exception. SCH-03 */
  readonly onlyMissing?: boolean;
}

/** IVs that were taken from one sender: the highest, and which of the 64 below it. */
export interface ReplayWindow {
  readonly highest: number;
  /** Bit n stands for highest - 1 - n. */
  readonly recent: number;
  /** Bit n stands for highest - 33 - n. */
  readonly older: number;
}

/** Values by key, the newest one each. */
export interface Collection<K extends string | number, V> {
  get(key: K): V | undefined;
  put(key: K, value: V): void;
  /** In the order in which keys were first put. */
  entries(): Iterable<readonly [K, V]>;
}

/** Entries about meters that are only ever added; the nth has the number n in its own id field. */
export interface MeterLog<V extends { readonly serial: string }> {
  readonly length: number;
  append(entry: V): void;
  /** All about one meter, oldest first. */
  of(serial: string): readonly V[];
}

/** What left northbound, for whoever was not there to hear it. */
export interface PublishedLog {
  /** Number of the newest event, 0 before the first. Numbers have no gaps. */
  readonly newest: number;
  append(event: NorthboundEvent): void;
  /** Events with a higher number that are still kept, in order. */
  since(eventNumber: number): Iterable<NorthboundEvent>;
}

/** Who of the two keeps its own IVs, windows and counters in a store that both share. */
export type ServerName = 'head-end' | 'configuration-server';

export interface HeadEndStore {
  /** By serial number. */
  readonly manifest: Collection<string, ManifestEntry>;
  /** By "<serial>#<ordinal>": a second row of one serial number is a fault that must show. REG-06 */
  readonly masterList: Collection<string, MasterListRow>;
  /** Newest authentic address of a meter by "<server>/<serial>". */
  readonly addresses: Collection<string, string>;
  /** By serial number, the newest. */
  readonly provisionings: Collection<string, StoredProvisioning>;
  /** By serial number. */
  readonly configurations: Collection<string, StoredConfiguration>;
  /** By campaign number, from 1. */
  readonly campaignOrders: Collection<number, CampaignOrder>;
  /** As of the last cluster that is through. */
  readonly campaigns: Collection<number, CampaignRecord>;
  /** By "<serial>/<push or read>/<end in minutes>". */
  readonly readings: Collection<string, IntervalReading>;
  /** By "<server>/<serial>". */
  readonly replayWindows: Collection<string, ReplayWindow>;
  /** By "<server>/<serial>": IVs below this one are used up or reserved. */
  readonly reservedIvs: Collection<string, number>;
  readonly counters: Collection<ServerName, SouthboundCounters>;
  /** The one value is the head-end's clock minus the host's. */
  readonly clockSkewNs: Collection<'skew', number>;
  readonly alarms: MeterLog<Alarm>;
  readonly loggedEvents: MeterLog<LoggedHeadEndEvent>;
  readonly published: PublishedLog;
}
