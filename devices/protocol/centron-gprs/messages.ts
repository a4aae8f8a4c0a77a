/**
 * The messages of the project profile `centron-gprs` as values: what the module says by itself
 * (uplinks) and what it is asked (transactions). SmartSynch's own bytes are not public, so the
 * tables that carry these are ours; the services round them are C12.22's. Bytes:
 * docs/profile-messages.md.
 */
import type { MeterIdentity } from '../../domain/identity.ts';
import type { EventFilter, MeterSettings } from '../../domain/northbound.ts';
import type { Refusal } from '../psem/response-code.ts';

/** Interval data as it travels: oldest first, at most 96. */
export interface IntervalBlock {
  /** End of the last interval, UTC minutes of the meter's clock. */
  readonly endMinutes: number;
  readonly intervalMinutes: number;
  readonly pulses: readonly number[];
  /** Extended interval status of C12.19 ST64. */
  readonly status: readonly number[];
  /** Delivered energy register in pulses (Kh) at the end of the last interval. */
  readonly registerPulses: number;
}

/** What the module says. `to` is who hears it. */
export type Uplink =
  /** To the configuration server. REG-02 */
  | { readonly kind: 'auto-configuration'; readonly identity: MeterIdentity }
  /** To the head-end: the Register service and the identity, in one APDU. REG-04 */
  | {
      readonly kind: 'registration';
      readonly identity: MeterIdentity;
      readonly apTitle: string;
      readonly registrationNumber: number;
    }
  /** To the configuration server. REG-05 */
  | { readonly kind: 'registration-confirmed'; readonly registrationNumber: number }
  | { readonly kind: 'heartbeat'; readonly sequenceNumber: number }
  | { readonly kind: 'clock-reference-request'; readonly sequenceNumber: number }
  | { readonly kind: 'clock-deviation'; readonly deviationNs: number }
  | { readonly kind: 'last-gasp'; readonly outageNumber: number; readonly lostAtMs: number }
  | {
      readonly kind: 'restoration';
      readonly outageNumber: number;
      readonly lostAtMs: number;
      readonly restoredAtMs: number;
    }
  | { readonly kind: 'interval-report'; readonly block: IntervalBlock }
  /** An event of C12.19 that passed its filter. EV-01 */
  | { readonly kind: 'event-alarm'; readonly eventCode: number; readonly occurredAtMs: number };

export type UplinkKind = Uplink['kind'];

/** Who an uplink is for. */
export const UPLINK_ADDRESSEE = {
  'auto-configuration': 'configuration-server',
  registration: 'head-end',
  'registration-confirmed': 'configuration-server',
  heartbeat: 'head-end',
  'clock-reference-request': 'head-end',
  'clock-deviation': 'head-end',
  'last-gasp': 'head-end',
  restoration: 'head-end',
  'interval-report': 'head-end',
  'event-alarm': 'head-end',
} as const satisfies Readonly<Record<UplinkKind, 'head-end' | 'configuration-server'>>;

/** What the host says to an uplink. Heartbeats ask for no answer (response control `never`). */
export type UplinkAnswer =
  | { readonly outcome: 'accepted' }
  /** C12.22's answer to Register: the title that the node has from now on, and for how long. */
  | { readonly outcome: 'registered'; readonly apTitle: string; readonly periodS: number }
  /** The host's clock, UTC nanoseconds as milliseconds and the rest below a millisecond. */
  | { readonly outcome: 'clock-reference'; readonly utcMs: number; readonly belowMsNs: number }
  | { readonly outcome: 'refused'; readonly code: Refusal };

/** What a module is asked. Each may carry the device's PIN (PSEM Security) before it. */
export type Transaction =
  | { readonly kind: 'get-version' }
  | { readonly kind: 'write-parameter'; readonly key: ParameterKey; readonly value: string }
  | { readonly kind: 'read-parameters' }
  | {
      readonly kind: 'configure-clock-sync';
      readonly enabled: boolean;
      readonly lowerMs: number;
      readonly upperMs: number;
      readonly cycleMs: number;
    }
  | {
      readonly kind: 'configure-outage-alarms';
      readonly declareAfterMs: number;
      readonly restoreAfterMs: number;
    }
  /** Recording interval; below 5 minutes it is refused (RD-01). */
  | { readonly kind: 'configure-intervals'; readonly intervalMinutes: number }
  /** Schedule kept by the meter: push at interval completion; 0 ends it. RD-03 */
  | { readonly kind: 'configure-push'; readonly everyMinutes: number }
  | { readonly kind: 'read-settings' }
  /** The newest `count` complete intervals. */
  | { readonly kind: 'read-intervals'; readonly count: number }
  | { readonly kind: 'read-coverage' }
  /** When the module tells of events by itself. EV-03, EV-04 */
  | ({ readonly kind: 'configure-event-alarms' } & EventFilter);

/** What a module answers to a transaction. */
export type TransactionAnswer =
  | { readonly outcome: 'done' }
  | {
      readonly outcome: 'version';
      readonly moduleVersion: string;
      readonly metrologyVersion: string;
    }
  | {
      readonly outcome: 'parameters';
      readonly parameters: Readonly<Partial<Record<ParameterKey, string>>>;
    }
  | { readonly outcome: 'settings'; readonly settings: MeterSettings }
  | { readonly outcome: 'intervals'; readonly block: IntervalBlock }
  | { readonly outcome: 'coverage'; readonly rssiDbm: number }
  /** `wrongPin`: Security was refused, the service after it was not done. */
  | { readonly outcome: 'refused'; readonly code: Refusal; readonly wrongPin: boolean };

/** What the customer's configuration server writes into a module; all of them make it configured. */
export const PARAMETER_KEYS = [
  'apn',
  'tms-address',
  'tms-port',
  'tms-ap-title',
  'customer',
  'registration-retry-s',
] as const;
export type ParameterKey = (typeof PARAMETER_KEYS)[number];
