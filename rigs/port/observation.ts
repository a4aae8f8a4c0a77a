import type { Message } from '../../devices/domain/message.ts';
import type { Unit } from '../../devices/domain/quantity.ts';
import type { Instant } from '../../devices/domain/time.ts';
import type { Alarm, NorthboundEvent } from '../../devices/domain/northbound.ts';
import type { FleetHealth, SnapshotRow } from './fleet.ts';

/** One line of an uncertainty budget: standard uncertainty (k = 1) in the reading's unit. */
export interface UncertaintySource {
  readonly source: string;
  readonly standardUncertainty: number;
}

/** A measured number with what a metrologist wants to know of it. Numbers in `unit`. */
export interface Reading {
  readonly kind: 'reading';
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  readonly expandedUncertainty: number;
  readonly coverageFactor: number;
  readonly budget: readonly UncertaintySource[];
  /** Smallest step that the deciding instrument can tell apart. */
  readonly resolution: number;
  /**
   * When what decides counts in whole ticks: their size and the count, which is null when the
   * uncertainty reaches over the edge between two counts.
   */
  readonly ticks: { readonly size: number; readonly count: number | null } | null;
  /** Raw counts, as read. */
  readonly raw: Readonly<Record<string, number>>;
}

/** One entry of a C12.19 event log (the only thing that is called event here). */
export interface LoggedEvent {
  readonly number: number;
  readonly code: number;
  /** UTC milliseconds as stamped by the meter's clock. */
  readonly stampMs: number;
}

export interface LoadProfileInterval {
  /** End of the interval, UTC milliseconds of the meter's clock. */
  readonly endMs: number;
  readonly energyMilliWattHours: number;
  /** Names of the C12.19 ST64 flags that are set, e.g. 'clock-forward', 'partial'. */
  readonly flags: readonly string[];
}

export type ObservationBody =
  | { readonly kind: 'message'; readonly message: Message; readonly bytesHex: string | null }
  | Reading
  | {
      readonly kind: 'switch';
      readonly commanded: 'open' | 'closed';
      readonly verified: 'open' | 'closed' | 'unverified';
      readonly verifiedBy: string;
    }
  | { readonly kind: 'table'; readonly table: number; readonly bytesHex: string }
  | {
      readonly kind: 'event-log';
      readonly name: string;
      /** Entries that were not there at the previous reading in this case. */
      readonly events: readonly LoggedEvent[];
      readonly lastNumber: number;
    }
  | {
      readonly kind: 'load-profile';
      readonly name: string;
      readonly intervalNs: number;
      /** Intervals that were not there at the previous reading in this case. */
      readonly intervals: readonly LoadProfileInterval[];
      /** Delivered energy register at the moment of reading, ST23. */
      readonly registerMilliWattHours: number;
    }
  | { readonly kind: 'answer'; readonly accepted: boolean; readonly detail: string }
  /** What a probe, a console or a person showed in words. */
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  /** What the operator was asked, and who answered what. */
  | {
      readonly kind: 'prompt';
      readonly id: string;
      readonly text: string;
      readonly answer: string;
      readonly by: string;
    }
  /** An alarm as it left the head-end northbound; `at` is when the observer had it. */
  | { readonly kind: 'alarm'; readonly alarm: Alarm }
  /** Something else that left northbound, now and then: the observer shows that it listens. */
  | {
      readonly kind: 'northbound-heard';
      readonly event: NorthboundEvent['type'];
      readonly eventNumber: number;
    }
  /** Rows of a fleet at one instant; in pieces, each with the same name. */
  | { readonly kind: 'snapshot'; readonly name: string; readonly rows: readonly SnapshotRow[] }
  /** How generator and observer did, at the end of a case in wall time. */
  | { readonly kind: 'health'; readonly health: FleetHealth }
  /** What breaks a device's contract: bad CRC, wrong order, late answer. Evidence, no exception. */
  | { readonly kind: 'evidence'; readonly what: string; readonly detail: string };

/** What an instrument saw. */
export type Observation = ObservationBody & {
  readonly at: Instant;
  readonly instrument: string;
  /** Socket of the bench, and the serial number of the meter in it. */
  readonly position: string;
  readonly meter: string;
};
