import type { MeterProfile } from '../../../devices/domain/profile.ts';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { createMeters, type Meters } from '../../../devices/meter/columns.ts';
import type { MeterInput } from '../../../devices/meter/input.ts';
import { METER_RULES, type MeterRules } from '../../../devices/meter/rules/index.ts';
import { step } from '../../../devices/meter/step.ts';
import { wakeAt } from '../../../devices/meter/timers.ts';
import { WAKE } from '../../../devices/meter/input.ts';

/** A meter type for tests; the numbers are those of the shipped profile. */
export const PROFILE: MeterProfile = {
  profile: 'test',
  manufacturer: 'test',
  model: 'test',
  form: '2S',
  voltageMilliVolts: 240_000,
  testCurrentMilliAmps: 30_000,
  classCurrentMilliAmps: 200_000,
  elements: 1,
  khWattHours: 1,
  accuracyClassPpm: 5_000,
  minimumPulses: 25,
  clock: { settable: true, tickNs: NS_PER_S, driftPpmMaximum: 20, output: true },
  outage: {
    tickNs: 100e6,
    capacitanceFarads: 1.2,
    fullVolts: 5,
    minimumVolts: 2.5,
    idleWatts: 0.215,
    transmissionJoules: 1.5,
    bootNs: 2 * NS_PER_S,
    rechargeNs: 60 * NS_PER_S,
  },
  loadProfile: { intervalMinutes: 5, capacity: 96 },
  module: {
    heartbeatNs: 60 * NS_PER_S,
    startDelayNs: 10 * NS_PER_S,
    retryFirstNs: 30 * NS_PER_S,
    retryMostNs: 600 * NS_PER_S,
    retryJitterPpm: 200_000,
    ivWindow: 64,
    compression: 'deflate',
  },
};

export const START_UTC_MS = Date.UTC(2026, 0, 5);

export interface Said {
  readonly atNs: number;
  readonly row: number;
  readonly kind: string;
  readonly first: number;
  readonly second: number;
}

export interface TableOptions {
  readonly count?: number;
  readonly seed?: number;
  readonly firstIndex?: number;
  readonly rules?: Partial<MeterRules>;
  readonly profile?: Partial<MeterProfile>;
  readonly commissioned?: 'fresh' | 'placed';
  readonly withModule?: boolean;
  /** A fleet's meters record nothing; it is computed. */
  readonly withLoadProfile?: boolean;
  readonly withCosem?: boolean;
}

export function tableOf(options: TableOptions = {}): Meters {
  return createMeters({
    count: options.count ?? 1,
    seed: options.seed ?? 1,
    profile: { ...PROFILE, ...options.profile },
    rules: { ...METER_RULES, ...options.rules },
    createdAtNs: 0,
    startUtcMs: START_UTC_MS,
    firstIndex: options.firstIndex ?? 0,
    withEventLog: true,
    withLoadProfile: options.withLoadProfile ?? true,
    withRegisters: options.withLoadProfile ?? true,
    commissioned: options.commissioned ?? 'placed',
    withModule: options.withModule ?? false,
    withCosem: options.withCosem ?? false,
  });
}

/** What happens to a meter: inputs at instants (seconds), told in order. */
export type Story = readonly (readonly [atSeconds: number, input: MeterInput])[];

/** Tells a story to one row until `untilSeconds`, waking it whenever it wants; @returns all it said. */
export function tell(
  meters: Meters,
  row: number,
  story: Story,
  untilSeconds: number,
): readonly Said[] {
  const said: Said[] = [];
  let nowNs = 0;
  const out = {
    say(saidRow: number, kind: string, first: number, second: number): void {
      said.push({ atNs: nowNs, row: saidRow, kind, first, second });
    },
  };
  const wakeUntil = (limitNs: number): void => {
    for (let dueNs = wakeAt(meters, row); dueNs < limitNs; dueNs = wakeAt(meters, row)) {
      nowNs = dueNs;
      step(meters, row, nowNs, WAKE, out);
    }
  };
  for (const [atSeconds, input] of story) {
    wakeUntil(atSeconds * NS_PER_S);
    nowNs = atSeconds * NS_PER_S;
    step(meters, row, nowNs, input, out);
  }
  wakeUntil(untilSeconds * NS_PER_S);
  return said;
}

export const ON: MeterInput = { kind: 'mains', energised: true };
export const OFF: MeterInput = { kind: 'mains', energised: false };
export const OUTAGE_ALARMS: MeterInput = {
  kind: 'configure-outage-alarms',
  declareAfterMs: 15_000,
  restoreAfterMs: 30_000,
};
