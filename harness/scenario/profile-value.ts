import type { MeterProfile } from '../../devices/domain/profile.ts';
import type { Quantity, Unit } from '../../devices/domain/quantity.ts';

type Getter = (profile: MeterProfile) => number;

/** What `$profile.<name>` may name: everything of a meter type with which a scenario computes. */
const VALUES: Readonly<Record<string, readonly [unit: Unit, get: Getter]>> = {
  voltage: ['mV', (profile) => profile.voltageMilliVolts],
  'test-current': ['mA', (profile) => profile.testCurrentMilliAmps],
  'class-current': ['mA', (profile) => profile.classCurrentMilliAmps],
  'accuracy-class': ['ppm', (profile) => profile.accuracyClassPpm],
  kh: ['mWh', (profile) => Math.round(profile.khWattHours * 1000)],
  'minimum-pulses': ['count', (profile) => profile.minimumPulses],
  'clock.tick': ['ns', (profile) => profile.clock.tickNs],
  'outage.tick': ['ns', (profile) => profile.outage.tickNs],
  'outage.hold-up': ['ns', (profile) => holdUpNs(profile)],
  'load-profile.interval': ['ns', (profile) => profile.loadProfile.intervalMinutes * 60e9],
  heartbeat: ['ns', (profile) => profile.module.heartbeatNs],
};

/** Names that may follow `$profile.`. */
export const PROFILE_NAMES: readonly string[] = Object.keys(VALUES);

/** The unit of `$profile.<name>`; undefined when there is no such name. */
export function profileUnit(name: string): Unit | undefined {
  return VALUES[name]?.[0];
}

/** The value of `$profile.<name>`; undefined when there is no such name. */
export function profileValue(profile: MeterProfile, name: string): Quantity | undefined {
  const entry = VALUES[name];
  return entry === undefined ? undefined : { value: entry[1](profile), unit: entry[0] };
}

/** How long the storage carries the module that idles and sends one message, ns. */
export function holdUpNs({ outage }: MeterProfile): number {
  const joules =
    (outage.capacitanceFarads * (outage.fullVolts ** 2 - outage.minimumVolts ** 2)) / 2;
  return Math.round(((joules - outage.transmissionJoules) / outage.idleWatts) * 1e3) * 1e6;
}
