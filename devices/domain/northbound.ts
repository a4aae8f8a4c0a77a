/**
 * What a head-end tells and is told on its northbound side, as plain data: the harness and the
 * head-end share these words and nothing else. Instants are UTC milliseconds of the head-end's
 * clock. They travel as JSON.
 */
import type { MeterIdentity } from './identity.ts';

/** Where a meter stands in the head-end's view. Unknown: in the manifest, never heard of. */
export type PlacementState = 'unknown' | 'placed' | 'provisioning' | 'provisioned' | 'failed';

/** A meter as the Master List has it. One per serial number: REG-06. */
export interface MeterRecord {
  readonly serial: string;
  readonly apTitle: string;
  readonly state: PlacementState;
  /** Groups of the Master List; 'Registration Group' from the first registration on. */
  readonly groups: readonly string[];
  /** Null until it registered with an identity that was believed. */
  readonly identity: MeterIdentity | null;
  /** How many records the list holds under this serial number; anything but 1 is a fault. */
  readonly records: number;
  readonly registrations: number;
  readonly firstRegisteredAtMs: number | null;
  readonly lastRegisteredAtMs: number | null;
  /** Interval data that it sent by its own schedule, and when the last of it came. RD-09, SCH-02 */
  readonly reports: number;
  readonly lastReportAtMs: number | null;
  readonly address: string | null;
  /** What provisioning set, as the head-end holds it; the meter's copy must be equal. REG-13 */
  readonly settings: MeterSettings | null;
  readonly coverage: Coverage | null;
}

/** The utility's parameters in a meter. 0 and null mean unset: a new meter has none. REG-12 */
export interface MeterSettings {
  readonly intervalMinutes: number;
  /** A schedule kept by the meter: push of interval data so often; 0 is no schedule. */
  readonly pushEveryMinutes: number;
  readonly declareAfterMs: number | null;
  readonly restoreAfterMs: number | null;
  readonly clockLowerMs: number | null;
  readonly clockUpperMs: number | null;
  readonly clockCycleMs: number | null;
}

/** Nobody gave any settings. REG-12 */
export const UNSET_SETTINGS: MeterSettings = {
  intervalMinutes: 0,
  pushEveryMinutes: 0,
  declareAfterMs: null,
  restoreAfterMs: null,
  clockLowerMs: null,
  clockUpperMs: null,
  clockCycleMs: null,
};

/** Signal strength that was recorded before provisioning. PRV-08 */
export interface Coverage {
  readonly rssiDbm: number;
  readonly validatedAtMs: number;
}

/** Names of the transactions that a head-end sends to a meter. */
export const TRANSACTION_KINDS = [
  'get-version',
  'write-parameter',
  'read-parameters',
  'configure-clock-sync',
  'configure-outage-alarms',
  'configure-intervals',
  'configure-push',
  'read-settings',
  'read-intervals',
  'read-coverage',
  'configure-event-alarms',
] as const;
export type TransactionKind = (typeof TRANSACTION_KINDS)[number];

export type ProvisioningState = 'running' | 'done' | 'failed' | 'refused';

/** Why provisioning failed or is overdue, as an operator is told: what to check, in this order. */
export interface Diagnosis {
  readonly cause: 'overdue' | 'version not given' | 'no answer' | 'step refused';
  readonly checks: readonly string[];
}

/** One provisioning of one meter. PRV-01 to PRV-06 */
export interface ProvisioningRecord {
  readonly serial: string;
  readonly state: ProvisioningState;
  readonly requestedAtMs: number;
  readonly endedAtMs: number | null;
  /** True from the first instant after the 30 minutes. */
  readonly overdue: boolean;
  readonly moduleVersion: string | null;
  /** In the order in which they were sent. */
  readonly steps: readonly {
    readonly transaction: TransactionKind;
    readonly sentAtMs: number;
    readonly answeredAtMs: number | null;
    readonly outcome: 'done' | 'refused' | 'no answer' | null;
  }[];
  readonly diagnosis: Diagnosis | null;
  /** Why it was refused at the door, e.g. "not placed"; null when it began. */
  readonly refusal: string | null;
}

/** A meter as the configuration server has it. REG-02, REG-03, REG-05 */
export interface ConfigurationRecord {
  readonly serial: string;
  readonly autoConfigurations: number;
  readonly firstHeardAtMs: number | null;
  /** Identity as the meter told it; null before. */
  readonly identity: MeterIdentity | null;
  /** Key to value, all that this customer's meters must hold. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly parametersWritten: number;
  readonly confirmedAtMs: number | null;
  readonly otherMessages: number;
}

export const ALARM_KINDS = ['last-gasp', 'restoration', 'clock-deviation', 'event-alarm'] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

/** An alarm as it leaves northbound: once per outage id. OUT-10, OUT-11 */
export interface Alarm {
  readonly alarmId: number;
  readonly kind: AlarmKind;
  readonly serial: string;
  /** "<serial>/<outage number>"; null for alarms that belong to no outage. */
  readonly outageId: string | null;
  /** Of the last gasp that a restoration ends; null when there is none. */
  readonly pairsWith: number | null;
  /** When it happened, by the meter's clock. */
  readonly occurredAtMs: number;
  readonly receivedAtMs: number;
  readonly deviationNs: number | null;
  /** Code of the event (C12.19 decade 7) that an `event-alarm` tells of; absent for others. EV-01 */
  readonly eventCode?: number;
}

/** When a meter tells of events by itself: after so many within so long, each event for itself. EV-03 */
export interface EventFilter {
  /** Codes of events, both ends included. */
  readonly firstCode: number;
  readonly lastCode: number;
  /** 0 tells of none. */
  readonly atLeast: number;
  readonly withinMs: number;
  /** Whether counting begins anew when the alarm is sent. EV-04 */
  readonly resetsCounter: boolean;
}

/** An entry of the event search: whatever the head-end noted about a meter. PRV-07 */
export interface LoggedHeadEndEvent {
  readonly eventId: number;
  readonly atMs: number;
  readonly serial: string;
  readonly what: string;
}

/** One window of interval data of one meter. RD-01 */
export interface IntervalReading {
  readonly serial: string;
  /** End of the last interval, UTC minutes of the meter's clock. */
  readonly endMinutes: number;
  readonly intervalMinutes: number;
  /** Oldest first. */
  readonly pulses: readonly number[];
  /** Extended interval status of C12.19 ST64, one byte each. */
  readonly status: readonly number[];
  /** Pulses of the delivered energy register at the end of the last interval. */
  readonly registerPulses: number;
  readonly receivedAtMs: number;
  /** Pushed by the meter's own schedule, or read by the head-end. */
  readonly by: 'push' | 'read';
}

/** A read on demand: data, or the defined way in which it fails. REG-09, PRV-01 */
export type ReadAnswer =
  | { readonly outcome: 'read'; readonly reading: IntervalReading }
  /** The head-end does not ask: the meter is not provisioned, its answer could be misread. */
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'no answer' };

/** A polling campaign of the head-end itself. LOD-01, LOD-02 */
export interface CampaignRecord {
  readonly campaignId: number;
  readonly meters: number;
  readonly clusters: number;
  readonly clusterSize: number;
  readonly concurrency: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly read: number;
  readonly failed: number;
}

/** What leaves northbound as it happens (server-sent events). `publishedAtMs` is when it left. */
export type NorthboundEvent = { readonly eventNumber: number; readonly publishedAtMs: number } & (
  | { readonly type: 'alarm'; readonly alarm: Alarm }
  | { readonly type: 'record'; readonly record: MeterRecord }
  | { readonly type: 'provisioning'; readonly provisioning: ProvisioningRecord }
  | { readonly type: 'interval-reading'; readonly reading: IntervalReading }
  | { readonly type: 'campaign'; readonly campaign: CampaignRecord }
);

/** Counters of the southbound side since the store was made. */
export interface SouthboundCounters {
  readonly received: number;
  readonly opened: number;
  readonly badMac: number;
  readonly replays: number;
  /** Of those opened: sent before the newest one of the same meter that had come already. */
  readonly outOfOrder: number;
  readonly unknownMeter: number;
  readonly malformed: number;
  readonly sent: number;
}
