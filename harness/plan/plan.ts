import type { MessageKind } from '../../devices/domain/message.ts';
import type { Unit } from '../../devices/domain/quantity.ts';
import type { Action, Effect } from '../../rigs/port/action.ts';
import type { Abilities } from '../../rigs/port/bench.ts';
import type { FleetDescription, Selection } from '../../rigs/port/fleet.ts';
import type { PlannedCalibration } from './calibration.ts';
import type { AlarmKind } from '../../devices/domain/northbound.ts';

/** A plan is plain data: printable, complete, nothing left to resolve. It travels in the journal. */
export interface Plan {
  readonly format: 'meterbench-plan/1';
  readonly title: string;
  readonly seed: number;
  readonly time: 'simulated' | 'wall';
  /** UTC of the bench at the start of every case in simulated time. */
  readonly startUtcMs: number;
  /** Of the socket that is asked; of the first one when there are several. */
  readonly abilities: Abilities;
  /** Of each socket, the first one too; absent when only one is asked. */
  readonly positions?: readonly Abilities[];
  readonly cases: readonly PlannedCase[];
  readonly inapplicable: readonly InapplicableCase[];
  /** Every requirement id of the catalogue that some scenario of the plan covers. */
  readonly covers: readonly string[];
  /** Requirement ids that must be decided (`--require`). */
  readonly required: readonly string[];
  /** Who is the subject of each requirement in `covers`, from the catalogue. */
  readonly subjects: Readonly<Record<string, Subject>>;
  /** Texts that the plan was made from, by name, with their SHA-256. */
  readonly sources: readonly { readonly name: string; readonly sha256: string }[];
  /** What was permitted for this run beyond the rig file, and what calibrations say. */
  readonly permissions: Permissions;
  /** Id of the defect that was switched on, or null. */
  readonly defect: string | null;
  /** What people answer for that no bench decides; absent when nobody does. */
  readonly declarations?: readonly Declaration[];
  /** Text or glob of the keys to which the plan was cut down (`--case`); absent when it was not. */
  readonly chosen?: string;
}

/** A requirement that no bench decides, and for which a person answers. */
export interface Declaration {
  readonly requirement: string;
  readonly statement: string;
  readonly by: string;
  /** YYYY-MM-DD */
  readonly on: string;
  /** What it rests on; null when the word alone must do. */
  readonly document: { readonly name: string; readonly sha256: string } | null;
}

/** What was permitted for a run beyond its rig file, and what calibrations say; stands in the plan. */
export interface Permissions {
  readonly allowed: readonly Effect[];
  readonly calibration: PlannedCalibration;
}

export type Subject = 'meter' | 'head-end' | 'configuration-server' | 'pair';

export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface PlannedCase {
  /** "<family>/<scenario>#<case>", unique in the plan. */
  readonly key: string;
  readonly scenario: string;
  readonly title: string;
  /** Short name of the case, e.g. "deviation=+5 s". */
  readonly name: string;
  readonly covers: readonly string[];
  /** Values in their units; booleans and texts as they are. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly steps: readonly PlannedStep[];
  readonly expectations: readonly PlannedExpectation[];
  readonly expectedNs: number;
  /** The fleet that stands in for the rig's meter; null on the rig. */
  readonly fleet: FleetDescription | null;
  readonly time: Plan['time'];
  /** The socket that its key names; absent at the rig's first one, and on a fleet. */
  readonly position?: string;
}

export type ParameterValue =
  | { readonly value: number; readonly unit: Unit }
  | boolean
  | string
  | number;

export interface InapplicableCase {
  readonly scenario: string;
  /** Null when the whole scenario does not apply. */
  readonly case: string | null;
  readonly covers: readonly string[];
  readonly reason: string;
}

export interface PlannedStep {
  /** Given in the file or "step-<n>". */
  readonly id: string;
  readonly action: Action;
  /** The meters of a fleet that it is for; null on a rig, which has one. */
  readonly of: Selection | null;
  /** Not before this offset from the start of the case. */
  readonly atNs: number | null;
  /** Not before this long after the end of the step before. */
  readonly afterNs: number | null;
  readonly effects: readonly Effect[];
  readonly energises: boolean;
  readonly expectedNs: number;
  readonly source: SourcePosition;
}

/** An instant of the case: the start or end of a step, or the start of the case (step null). */
export interface Anchor {
  readonly step: string | null;
  readonly edge: 'start' | 'end';
}

/**
 * A positive control: the message that must arrive inside the window and once more after it,
 * within `withinNs` of its end, for a negative expectation to hold.
 */
export interface Control {
  readonly message: MessageKind;
  readonly withinNs: number;
}

export interface Limits {
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly unit: Unit;
  /** Where the limit comes from; a default never looks like a requirement. */
  readonly origin: {
    readonly kind: 'requirement' | 'class' | 'user' | 'default';
    readonly name: string;
  };
  readonly rule: 'simple acceptance' | 'guard band';
  /** The limit is meant to be decided this finely; a coarser instrument makes it inconclusive. */
  readonly resolution: number | null;
}

interface ExpectationBase {
  readonly id: string;
  /** Requirement ids that this expectation decides. */
  readonly decides: readonly string[];
  /** CEL over parameters and `measured`; null when always asked. */
  readonly when: string | null;
  /** The meters of a fleet of which each must fulfil it; null on a rig, which has one. */
  readonly eachOf: Selection | null;
  readonly source: SourcePosition;
}

/** What never may be seen in a negative window: a message on the link or a C12.19 event in a log. */
export type Forbidden =
  | { readonly message: MessageKind }
  | { readonly event: number; readonly log: string };

export type PlannedExpectation = ExpectationBase &
  (
    | { readonly kind: 'measure'; readonly measurement: string; readonly limits: Limits }
    /** The measurement is there, with these raw counts, each at least so large. */
    | {
        readonly kind: 'recorded';
        readonly measurement: string;
        readonly raw: Readonly<Record<string, number>>;
      }
    | {
        readonly kind: 'message';
        readonly message: MessageKind;
        readonly since: Anchor;
        readonly notBeforeNs: number;
        readonly withinNs: number;
        readonly count: number;
        /** CEL for the value that a field must have, and how far off it may be, in the field's unit. */
        readonly value: {
          readonly field: string;
          readonly is: string;
          readonly tolerance: number;
        } | null;
        /** The same outage number as the one message of this kind that came before it. */
        readonly pairsWith: MessageKind | null;
        /** Where the time bound comes from when the source gives none. */
        readonly origin: Limits['origin'];
      }
    | {
        readonly kind: 'never';
        readonly forbidden: readonly Forbidden[];
        readonly since: Anchor;
        readonly forNs: number;
        readonly control: Control;
      }
    | {
        readonly kind: 'unchanged';
        readonly before: string;
        readonly after: string;
        readonly tolerance: number;
        readonly since: Anchor;
        readonly forNs: number;
        readonly control: Control;
      }
    | {
        readonly kind: 'events';
        readonly log: string;
        /** C12.19 codes in the order in which they must stand, each exactly once. */
        readonly codes: readonly number[];
        /** CEL for stamp of the last minus stamp of the first, in ns. */
        readonly stampsDifferBy: { readonly is: string; readonly tolerance: number } | null;
      }
    | {
        readonly kind: 'intervals';
        readonly profile: string;
        /** Intervals follow each other without a lost and without a doubled one. */
        readonly contiguous: boolean;
        /** Their sum equals the register's advance since the profile reading named here. */
        readonly sumSince: string | null;
        readonly sumTolerance: number;
        /** Flags of which each must stand on at least one interval. */
        readonly flags: readonly string[];
      }
    | { readonly kind: 'answer'; readonly step: string; readonly accepted: boolean }
    /** An alarm that leaves the head-end northbound: once per outage, for each meter. */
    | {
        readonly kind: 'alarm';
        readonly alarm: AlarmKind;
        readonly since: Anchor;
        readonly notBeforeNs: number;
        readonly withinNs: number;
        readonly count: number;
        /** It names the alarm of this kind of the same outage that came before it. */
        readonly pairsWith: AlarmKind | null;
        readonly origin: Limits['origin'];
      }
    /** CEL over one row of a snapshot, true for each meter. */
    | { readonly kind: 'snapshot'; readonly snapshot: string; readonly holds: string }
    /** k6's grammar over a metric of the case: `p(95)<5s`, `count==0`. */
    | {
        readonly kind: 'threshold';
        readonly threshold: Threshold;
        readonly origin: Limits['origin'];
      }
  );

export type ExpectationKind = PlannedExpectation['kind'];

/** Numbers that a case of a fleet collects beside its verdicts. */
export const METRICS = {
  /** From the instant at which a meter meant to say it to the alarm at the observer, ns. */
  alarm_latency: 'ns',
  /** From the step that caused it to the alarm at the observer, ns. */
  outage_to_alarm: 'ns',
  /** Messages that meters sent and that never came out northbound. */
  lost: 'count',
  /** Alarms of one outage beyond the first. */
  duplicates: 'count',
  /** Restorations that came out before the last gasp of their outage. */
  out_of_order: 'count',
} as const satisfies Readonly<Record<string, Unit>>;

export type MetricName = keyof typeof METRICS;

/** One bound of a metric over the meters of `eachOf`. */
export interface Threshold {
  readonly metric: MetricName;
  readonly alarm: AlarmKind;
  readonly statistic: 'count' | 'min' | 'max' | 'med' | 'avg' | { readonly percentile: number };
  readonly comparison: '<' | '<=' | '==' | '>=' | '>';
  /** In the metric's unit. */
  readonly bound: number;
  /** As it is written, e.g. "p(95)<5s". */
  readonly text: string;
}
