import type { LanguageName } from '../../devices/domain/language.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import type { Unit } from '../../devices/domain/quantity.ts';

/** Meters of a fleet by index, resolved once, in the plan. */
export interface Selection {
  readonly name: string;
  /** Disjoint and ascending; each is first, first + stride, ... */
  readonly ranges: readonly {
    readonly first: number;
    readonly count: number;
    readonly stride: number;
  }[];
}

/** How many meters a selection holds. */
export function sizeOf({ ranges }: Selection): number {
  return ranges.reduce((sum, { count }) => sum + count, 0);
}

/** The indexes of a selection, in order within each range. */
export function* indexesOf({ ranges }: Selection): Generator<number> {
  for (const { first, count, stride } of ranges) {
    for (let place = 0; place < count; place++) yield first + place * stride;
  }
}

/** Whether a selection holds a meter. */
export function selects({ ranges }: Selection, index: number): boolean {
  return ranges.some(({ first, count, stride }) => {
    const past = index - first;
    return past >= 0 && past % stride === 0 && past / stride < count;
  });
}

/** The network between modules and head-end, as declared; every draw is seeded. */
export interface CarrierModel {
  readonly name: string;
  /** Attach and PDP activation after the module booted. */
  readonly attachNs: { readonly least: number; readonly most: number };
  /** One way, without load. */
  readonly latencyNs: { readonly least: number; readonly most: number };
  readonly lossPpm: number;
  readonly duplicatePpm: number;
  /** Meters that share a cell, and what a cell carries; 0 is without a limit. */
  readonly metersPerCell: number;
  readonly cellMessagesPerSecond: number;
  /** Where the numbers come from; a default never looks like a requirement. */
  readonly origin: string;
}

/** A fleet as a scenario declares it: all that a plan must know. */
export interface FleetDescription {
  readonly meters: number;
  readonly profile: MeterProfile;
  /** Feeders hold consecutive meters in equal parts; the last may be short. */
  readonly feeders: number;
  readonly carrier: CarrierModel;
  /** What modules and servers speak; absent: C12.22. */
  readonly language?: LanguageName;
  /**
   * How far each meter was brought before the case begins: out of the box, registered, provisioned;
   * in service is provisioned, with power since long ago: nothing of the start is still to come.
   */
  readonly commissioned: 'fresh' | 'placed' | 'provisioned' | 'in-service';
  /** A commit of the head-end's store takes so much longer (wall time only). */
  readonly diskLatencyNs?: number;
  /** Beyond these the numbers are shown and nothing is judged (wall time only). */
  readonly lagBounds: { readonly generatorNs: number; readonly observerNs: number };
}

/** The type of a field of a snapshot; instants are bench time in ns, 0 when they never came. */
export type FieldType = 'text' | 'flag' | Extract<Unit, 'count' | 'ns'>;

/**
 * What is known of each meter of a fleet at one instant, from both ends: what the meter itself holds
 * and saw (`meter`), what the head-end says northbound (`headEnd`, `provisioning`, `read`, `events`)
 * and the configuration server (`configurationServer`). Lists and maps are texts in a fixed order,
 * so that equality can be asked.
 */
export const SNAPSHOT_FIELDS = {
  meter: {
    state: 'text',
    serial: 'text',
    barcode: 'text',
    iccId: 'text',
    msisdn: 'text',
    moduleVersion: 'text',
    autoConfigurations: 'count',
    registrations: 'count',
    confirmations: 'count',
    firstAutoConfigurationAt: 'ns',
    lastParameterAt: 'ns',
    firstRegistrationAt: 'ns',
    registeredAt: 'ns',
    confirmedAt: 'ns',
    parametersSet: 'count',
    parameters: 'text',
    registeredTo: 'text',
    settings: 'text',
    schedules: 'count',
    thresholds: 'count',
    transactions: 'text',
    firstTransaction: 'text',
    transactionsBeforeVersion: 'count',
    pushes: 'count',
    earliestPush: 'ns',
    latestPush: 'ns',
    messages: 'count',
    apdusRefused: 'count',
    /** Datagrams that a tap beside it saw, and those in which its ICC-ID or barcode stood in clear. */
    datagrams: 'count',
    datagramsInClear: 'count',
    /** Alarms whose acceptance by the head-end reached it. */
    alarmsAcknowledged: 'count',
  },
  headEnd: {
    state: 'text',
    records: 'count',
    inRegistrationGroup: 'flag',
    registrations: 'count',
    registeredAt: 'ns',
    serial: 'text',
    barcode: 'text',
    iccId: 'text',
    msisdn: 'text',
    moduleVersion: 'text',
    settings: 'text',
    coverageValidatedAt: 'ns',
    refusalsLogged: 'count',
    /** Interval data that it sent by itself, as its record has it. */
    reports: 'count',
    /** Alarms of this meter that stand northbound. */
    alarms: 'count',
    /** Codes of its event alarms in the order in which they came, with a blank between them. */
    eventAlarms: 'text',
    /** How many codes there are among them. */
    eventCodes: 'count',
  },
  provisioning: {
    state: 'text',
    requestedAt: 'ns',
    elapsed: 'ns',
    overdue: 'flag',
    steps: 'text',
    firstStepAt: 'ns',
    versionAnswer: 'ns',
    moduleVersion: 'text',
    cause: 'text',
    checks: 'text',
    refusal: 'text',
  },
  configurationServer: {
    autoConfigurations: 'count',
    serial: 'text',
    iccId: 'text',
    parameters: 'text',
    parametersWritten: 'count',
    confirmedAt: 'ns',
    otherMessages: 'count',
  },
  read: {
    outcome: 'text',
    reason: 'text',
    intervals: 'count',
    intervalLength: 'ns',
    aligned: 'flag',
    contiguous: 'flag',
    sumMatches: 'flag',
    /** Intervals that carry a flag, and entries of the event search about them. RD-02 */
    flagged: 'count',
    flagsLogged: 'count',
    /** Intervals in which flags and alarms say different things about the mains. EV-07 */
    flagDifferences: 'count',
  },
  events: {
    /** Found in the closed window from the request of the provisioning to its last answer. */
    found: 'count',
    /** Steps of the provisioning, sent and answered, that the search must find. */
    expected: 'count',
    /** Found when the window is a millisecond shorter at each end. */
    foundInside: 'count',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, FieldType>>>>;

export type SnapshotSource = keyof typeof SNAPSHOT_FIELDS;

/** One meter's row of a snapshot; sources that were not asked are left out. */
export type SnapshotRow = {
  readonly meter: string;
  readonly fields: {
    readonly [S in SnapshotSource]?: Readonly<Record<string, string | number | boolean>>;
  };
};

/** What the generator and the observer themselves were like in a case of wall time. */
export interface FleetHealth {
  readonly generatorLagP99Ns: number;
  readonly generatorLagMaximumNs: number;
  readonly observerLagP99Ns: number;
  readonly observerLagMaximumNs: number;
  readonly eventLoopLagP99Ns: number;
  readonly rssBytes: number;
  /** Datagrams: what was due, what left, what came. */
  readonly offered: number;
  readonly achieved: number;
  readonly received: number;
  /** Of those that came, what the modules did not believe; absent where the model sees each. */
  readonly refused?: number;
  /** One a second. */
  readonly series: readonly {
    readonly atNs: number;
    readonly offered: number;
    readonly achieved: number;
    readonly received: number;
    readonly lagP99Ns: number;
  }[];
}
