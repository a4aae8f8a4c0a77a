import type { ConditionName } from '../domain/condition.ts';
import type { MeterSettings } from '../domain/northbound.ts';
import type { MeterProfile } from '../domain/profile.ts';
import { drawBetween } from '../domain/chance.ts';
import { type ConfigurationGroup, createConfiguration } from './configuration-columns.ts';
import { type CosemGroup, createCosem } from './cosem-columns.ts';
import { createEventAlarms, type EventAlarmGroup } from './event-alarms.ts';
import { createDownloads, type DownloadGroup } from './download-columns.ts';
import { createEndDevices, type EndDeviceGroup } from './end-device-columns.ts';
import { createModule, type ModuleGroup } from './module-columns.ts';
import { createRegisters, type RegisterGroup } from './register-columns.ts';
import type { MeterRules } from './rules/index.ts';
import { createTimers, NEVER } from './timers.ts';

/**
 * Meters as a table of typed columns: a bench's meter is a table of one row, a fleet one of a
 * million. Instants are ns on the run's clock; `NEVER` in a timer column means it is not armed.
 * Column groups (event log, load profile, module, registers) exist only where the plan needs them.
 */
export interface Meters {
  readonly count: number;
  readonly seed: number;
  /** Index of row 0 among all meters of the run, so that a shard draws what the whole would. */
  readonly firstIndex: number;
  readonly profile: MeterProfile;
  readonly rules: MeterRules;
  /** UTC, in whole seconds, at which the run's clock stood at zero. */
  readonly startUtcMs: number;

  readonly flags: Uint8Array;
  /** The clock: UTC of the meter minus true UTC at the anchor, and its drift from there. */
  readonly clockOffsetNs: Float64Array;
  readonly clockAnchorNs: Float64Array;
  readonly driftPpb: Int32Array;
  /** Delivered energy as registered, at the anchor, and the registered power from there. */
  readonly energyMilliWattHours: Float64Array;
  readonly energyAnchorNs: Float64Array;
  readonly registeredMilliWatts: Float64Array;
  readonly currentMilliAmps: Uint32Array;
  readonly basePpm: Int16Array;
  readonly slopePpm: Int16Array;

  readonly lowerMs: Uint32Array;
  readonly upperMs: Uint32Array;
  readonly cycleMs: Uint32Array;
  readonly declareAfterMs: Uint32Array;
  readonly restoreAfterMs: Uint32Array;

  /** Reference minus true UTC as the module believes it since the last answer. */
  readonly referenceOffsetNs: Float64Array;
  readonly requestedAtNs: Float64Array;
  readonly lostAtNs: Float64Array;
  readonly restoredAtNs: Float64Array;
  readonly outageNumber: Uint32Array;
  /** Beginning of the declared outage as its alarm says it, UTC ms of the meter's clock. */
  readonly lostAtMs: Float64Array;
  /** Energy of the module's storage at an instant; mains fill it, the module drains it. */
  readonly storedJoules: Float64Array;
  readonly storedAtNs: Float64Array;
  readonly heartbeatNumber: Uint32Array;
  readonly configurationNumber: Uint32Array;

  /** A place a row for each thing that a meter may wait for, see timers.ts. */
  readonly timers: Float64Array;
  readonly eventLog: EventLogGroup | null;
  readonly loadProfile: LoadProfileGroup | null;
  readonly module: ModuleGroup | null;
  /** What only readers of tables ask for; there are all of these or none. */
  readonly registers: RegisterGroup | null;
  readonly endDevice: EndDeviceGroup | null;
  readonly configuration: ConfigurationGroup | null;
  readonly downloads: DownloadGroup | null;
  /** Filters of events that the module tells by itself: of the meters that have any. */
  readonly eventAlarms: EventAlarmGroup;
  /** What is present at each row that anything is present at. */
  readonly conditions: Map<number, Set<ConditionName>>;
  /** What only DLMS/COSEM knows of; null for meters that do not speak it. */
  readonly cosem: CosemGroup | null;
}

/** A duration that nobody has configured: a new meter has no thresholds (REG-12). */
export const UNSET_MS = 0xffff_ffff;

export { NEVER } from './timers.ts';

/** Bits of the `flags` column. */
export const FLAG = {
  energised: 1,
  moduleUp: 2,
  clockSyncEnabled: 4,
  outageDeclared: 8,
  /** Power was on at least once; the first time is no restoration. */
  commissioned: 16,
} as const;

/** A ring of C12.19 history log entries a row. */
export interface EventLogGroup {
  readonly capacity: number;
  readonly code: Uint16Array;
  readonly stampSeconds: Uint32Array;
  /** Entries ever written; the newest stands at (written - 1) % capacity. */
  readonly written: Uint32Array;
  /** Entries that a reader of ST74 and one of ST76 have acknowledged (procedure 5). */
  readonly historyAcknowledged: Uint32Array;
  readonly eventsAcknowledged: Uint32Array;
}

/** A ring of load profile intervals a row, one channel of delivered energy in pulses (Kh). */
export interface LoadProfileGroup {
  readonly capacity: number;
  readonly endMinutes: Uint32Array;
  readonly pulses: Uint32Array;
  readonly status: Uint8Array;
  /** Pulses ever emitted at the end of each interval: recording may have stood still in between. */
  readonly endPulses: Float64Array;
  readonly written: Uint32Array;
  /** Intervals that a reader has acknowledged (procedure 5). */
  readonly acknowledged: Uint32Array;
  /** The interval that runs: its end as UTC minutes (0 while none does), pulses at its start, its flags so far. */
  readonly openEndMinutes: Uint32Array;
  readonly openStartPulses: Float64Array;
  readonly openStatus: Uint8Array;
}

export interface MetersOptions {
  readonly count: number;
  readonly seed: number;
  readonly profile: MeterProfile;
  readonly rules: MeterRules;
  /** The run's clock when these meters come to life. */
  readonly createdAtNs: number;
  /** Whole seconds, so that true UTC seconds and run seconds roll over together. */
  readonly startUtcMs: number;
  readonly firstIndex?: number;
  readonly withEventLog?: boolean;
  readonly withLoadProfile?: boolean;
  /** Registers of demand, mode and status, written tables, downloads: what tables show of them. */
  readonly withRegisters?: boolean;
  /**
   * How far the meters were brought: out of the box (with the module's columns), or long placed,
   * which is what a bench's meter is.
   */
  readonly commissioned?: 'fresh' | 'placed';
  /** The module's columns also for meters that are placed. */
  readonly withModule?: boolean;
  /** What the DLMS/COSEM face keeps. */
  readonly withCosem?: boolean;
}

/** Largest offset with which a clock comes off the shelf, and the module's draws per row. */
const SHELF_OFFSET_NS = 1.5e9;
const DRAWS = { offset: 0, drift: 1, base: 2, slope: 3 } as const;
/** Registration errors of good meters keep to this share of their class. */
const GOOD_SHARE_OF_CLASS = 0.3;
/** Entries of the history log that a meter keeps. */
export const EVENT_LOG_CAPACITY = 64;

/** Makes the table; every row's phase, drift and error are drawn from (seed, index). */
export function createMeters(options: MetersOptions): Meters {
  const { count, seed, profile } = options;
  const firstIndex = options.firstIndex ?? 0;
  const commissioned = options.commissioned ?? 'placed';
  const withModule = options.withModule === true || commissioned === 'fresh';
  const withRegisters = options.withRegisters === true;
  const meters: Meters = {
    count,
    seed,
    firstIndex,
    profile,
    rules: options.rules,
    startUtcMs: options.startUtcMs,
    flags: new Uint8Array(count),
    clockOffsetNs: new Float64Array(count),
    clockAnchorNs: new Float64Array(count).fill(options.createdAtNs),
    driftPpb: new Int32Array(count),
    energyMilliWattHours: new Float64Array(count),
    energyAnchorNs: new Float64Array(count).fill(options.createdAtNs),
    registeredMilliWatts: new Float64Array(count),
    currentMilliAmps: new Uint32Array(count),
    basePpm: new Int16Array(count),
    slopePpm: new Int16Array(count),
    lowerMs: new Uint32Array(count),
    upperMs: new Uint32Array(count),
    cycleMs: new Uint32Array(count),
    declareAfterMs: new Uint32Array(count).fill(UNSET_MS),
    restoreAfterMs: new Uint32Array(count),
    referenceOffsetNs: new Float64Array(count),
    requestedAtNs: new Float64Array(count).fill(NEVER),
    lostAtNs: new Float64Array(count).fill(NEVER),
    restoredAtNs: new Float64Array(count).fill(NEVER),
    outageNumber: new Uint32Array(count),
    lostAtMs: new Float64Array(count),
    storedJoules: new Float64Array(count),
    storedAtNs: new Float64Array(count).fill(options.createdAtNs),
    heartbeatNumber: new Uint32Array(count),
    configurationNumber: new Uint32Array(count),
    timers: createTimers(count),
    eventLog: options.withEventLog === true ? createEventLog(count) : null,
    loadProfile: options.withLoadProfile === true ? createLoadProfile(count, profile) : null,
    module: withModule ? createModule(count, commissioned, profile, options.rules) : null,
    registers: withRegisters ? createRegisters(count) : null,
    endDevice: withRegisters ? createEndDevices(count) : null,
    configuration: withRegisters ? createConfiguration(count) : null,
    downloads: withRegisters ? createDownloads(count) : null,
    eventAlarms: createEventAlarms(),
    conditions: new Map(),
    cosem: options.withCosem === true ? createCosem(count) : null,
  };
  const classPpm = profile.accuracyClassPpm * GOOD_SHARE_OF_CLASS;
  const driftPpb = profile.clock.driftPpmMaximum * 1000;
  for (let row = 0; row < count; row++) {
    const index = firstIndex + row;
    meters.clockOffsetNs[row] = Math.round(
      drawBetween(seed, index, DRAWS.offset, -SHELF_OFFSET_NS, SHELF_OFFSET_NS),
    );
    meters.driftPpb[row] = drawBetween(seed, index, DRAWS.drift, -driftPpb, driftPpb);
    meters.basePpm[row] = drawBetween(seed, index, DRAWS.base, -classPpm, classPpm);
    meters.slopePpm[row] = drawBetween(seed, index, DRAWS.slope, -classPpm / 3, classPpm / 3);
    if (commissioned === 'fresh') writeSettings(meters, row, options.rules.freshSettings());
  }
  return meters;
}

/** Puts the utility's parameters into the columns of one row, unset ones included. */
export function writeSettings(meters: Meters, row: number, settings: MeterSettings): void {
  const { clockLowerMs, clockUpperMs, clockCycleMs } = settings;
  meters.declareAfterMs[row] = settings.declareAfterMs ?? UNSET_MS;
  meters.restoreAfterMs[row] = settings.restoreAfterMs ?? 0;
  const flags = (meters.flags[row] ?? 0) & ~FLAG.clockSyncEnabled;
  meters.flags[row] = flags | (clockLowerMs === null ? 0 : FLAG.clockSyncEnabled);
  meters.lowerMs[row] = clockLowerMs ?? 0;
  meters.upperMs[row] = clockUpperMs ?? 0;
  meters.cycleMs[row] = clockCycleMs ?? 0;
  if (meters.module === null) return;
  meters.module.intervalMinutes[row] = settings.intervalMinutes;
  meters.module.pushEveryMinutes[row] = settings.pushEveryMinutes;
}

function createEventLog(count: number): EventLogGroup {
  const capacity = EVENT_LOG_CAPACITY;
  return {
    capacity,
    code: new Uint16Array(count * capacity),
    stampSeconds: new Uint32Array(count * capacity),
    written: new Uint32Array(count),
    historyAcknowledged: new Uint32Array(count),
    eventsAcknowledged: new Uint32Array(count),
  };
}

function createLoadProfile(count: number, profile: MeterProfile): LoadProfileGroup {
  const { capacity } = profile.loadProfile;
  return {
    capacity,
    endMinutes: new Uint32Array(count * capacity),
    pulses: new Uint32Array(count * capacity),
    status: new Uint8Array(count * capacity),
    endPulses: new Float64Array(count * capacity),
    written: new Uint32Array(count),
    acknowledged: new Uint32Array(count),
    openEndMinutes: new Uint32Array(count),
    openStartPulses: new Float64Array(count),
    openStatus: new Uint8Array(count),
  };
}

/** Bytes of typed columns a meter, groups included. */
export function bytesPerMeter(meters: Meters): number {
  return bytesOf(meters) / meters.count;
}

function bytesOf(group: object): number {
  let bytes = 0;
  for (const column of Object.values(group) as unknown[]) {
    if (ArrayBuffer.isView(column)) bytes += column.byteLength;
    else if (isGroup(column)) bytes += bytesOf(column);
  }
  return bytes;
}

/** Groups hold columns; the profile and the rules are shared by all rows and count nothing. */
function isGroup(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((member) => ArrayBuffer.isView(member))
  );
}
