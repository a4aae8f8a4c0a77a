import type { MeterProfile } from '../../devices/domain/profile.ts';
import { formatQuantity } from '../../devices/domain/quantity.ts';
import type { Abilities, InstrumentRecord } from '../port/bench.ts';
import { type Fitted, fittedAt, type RigFile, type RigPosition } from '../rig-file.ts';
import type { BenchParts } from './parts.ts';
import { performable } from './performer/index.ts';

export interface HeadEndAbilities {
  readonly name: string;
  readonly timeReference: boolean;
}

/** What a rig can do with the meter in one of its sockets, from its files alone: nothing is touched. */
export function abilitiesOf(
  rig: RigFile,
  position: RigPosition,
  profile: MeterProfile,
  headEnd: HeadEndAbilities | null,
): Abilities {
  const fitted = fittedAt(rig, position);
  const parts = new Set<keyof BenchParts>(fitted.map(({ kind }) => PART[kind]));
  if (headEnd !== null) parts.add('headEnd');
  return {
    bench: rig.rig,
    simulated: isSimulated(rig, position),
    position: position.id,
    meterSerial: position.dut.serial,
    profile,
    ...(position.dut.connection && { connection: position.dut.connection }),
    limits: { milliVolts: rig.limits.voltage, milliAmps: rig.limits.current },
    headEnd,
    performs: performable(parts),
    consent: rig.consent,
    roles: fitted.map(({ role }) => role),
    instruments: fitted.map(instrumentRecord),
  };
}

/** Whether every instrument of the position is a twin. */
export function isSimulated(rig: RigFile, position: RigPosition): boolean {
  return fittedAt(rig, position).every(({ binding }) => binding.port === 'simulated');
}

const PART: Readonly<Record<Fitted['kind'], keyof BenchParts>> = {
  'isolation-switch': 'isolation',
  source: 'source',
  'reference-standard': 'standard',
  'optical-port': 'optical',
  'clock-output': 'clockOutput',
  'module-link': 'messages',
  console: 'console',
  probe: 'probes',
  stimulus: 'stimuli',
};

function instrumentRecord({ role, binding }: Fitted): InstrumentRecord {
  const described = binding.instrument;
  const uncertainty = described?.uncertainty ?? null;
  return {
    role,
    driver: binding.driver,
    simulated: binding.port === 'simulated',
    make: described?.make ?? 'not declared',
    model: described?.model ?? 'not declared',
    serial: described?.serial ?? 'not declared',
    certificate: described?.certificate ?? null,
    calibrated: described?.calibrated ?? null,
    due: described?.due ?? null,
    uncertainty:
      uncertainty === null
        ? null
        : `${formatQuantity({ value: uncertainty.expanded, unit: uncertainty.unit })} (k=${uncertainty.coverageFactor})`,
  };
}
