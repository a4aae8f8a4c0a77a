import type { PayloadCount } from '../../devices/domain/payload.ts';
import type {
  Alarm,
  CampaignRecord,
  ConfigurationRecord,
  EventFilter,
  LoggedHeadEndEvent,
  MeterRecord,
  MeterSettings,
  NorthboundEvent,
  ProvisioningRecord,
  ReadAnswer,
  SouthboundCounters,
} from '../../devices/domain/northbound.ts';

/** What a campaign is asked to do; the head-end itself keeps to the concurrency. LOD-01, LOD-02 */
export interface CampaignRequest {
  readonly serials: readonly string[];
  readonly clusterSize: number;
  readonly concurrency: number;
  /** Intervals to read of each meter. */
  readonly intervals: number;
  /** Only meters whose schedule says that they should have reported. SCH-03 */
  readonly onlyMissing?: boolean;
}

export interface EventQuery {
  readonly serial: string;
  /** Both ends belong to the window. PRV-07 */
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * A head-end's northbound side as the harness drives and observes it: in the process (simulated
 * time) or over HTTP. Serial numbers name meters; the order of an answer is that of the request.
 * @throws BenchError with blame 'head-end' when it refuses or does not answer.
 */
export interface Northbound {
  readonly name: string;
  /** Head-end clock minus the bench's clock, with the expanded uncertainty of that (k = 2). */
  clockOffset(): Promise<{ readonly offsetNs: number; readonly uncertaintyNs: number }>;
  setClockSkew(skewNs: number): Promise<void>;
  records(serials: readonly string[]): Promise<readonly MeterRecord[]>;
  configurations(serials: readonly string[]): Promise<readonly ConfigurationRecord[]>;
  /** Asks for provisioning; each answer is running or refused. */
  provision(
    serials: readonly string[],
    settings: MeterSettings,
  ): Promise<readonly ProvisioningRecord[]>;
  /** The newest provisioning of each meter; a meter without one is left out. */
  provisionings(serials: readonly string[]): Promise<readonly ProvisioningRecord[]>;
  /** Sends the settings' transactions to meters outside provisioning. @returns who accepted */
  configure(
    serials: readonly string[],
    settings: Partial<MeterSettings> & { readonly clockEnabled?: boolean },
  ): Promise<
    readonly { readonly serial: string; readonly accepted: boolean; readonly detail: string }[]
  >;
  /** Sets which events meters tell by themselves, after how many within how long. EV-03, EV-04 */
  configureEvents(
    serials: readonly string[],
    filter: EventFilter,
  ): Promise<
    readonly { readonly serial: string; readonly accepted: boolean; readonly detail: string }[]
  >;
  /** Makes the PIN in the device's properties the right one, or a wrong one. PRV-05 */
  setDevicePin(serials: readonly string[], right: boolean): Promise<void>;
  searchEvents(query: EventQuery): Promise<readonly LoggedHeadEndEvent[]>;
  alarms(serials: readonly string[]): Promise<readonly Alarm[]>;
  read(serial: string, intervals: number): Promise<ReadAnswer>;
  startCampaign(request: CampaignRequest): Promise<CampaignRecord>;
  campaign(campaignId: number): Promise<CampaignRecord>;
  counters(): Promise<SouthboundCounters>;
  /** What the messages of modules weighed that the head-end read since it started. RD-08 */
  payloads(): Promise<readonly PayloadCount[]>;
  /** Every event from now on, with the bench time at which it reached us. @returns stops it */
  listen(listener: (event: NorthboundEvent, receivedAtNs: number) => void): () => void;
  close(): Promise<void>;
}
