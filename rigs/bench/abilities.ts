import type { MeterProfile } from '../../devices/domain/profile.ts';
import { formatQuantity } from '../../devices/domain/quantity.ts';
import { ourDriver } from '../driver/registry.ts';
import type { ActionKind } from '../port/action.ts';
import type { Abilities, InstrumentRecord, RigProfile } from '../port/bench.ts';
import { type Fitted, fittedAt, type RigFile, type RigPosition } from '../rig-file.ts';
import type { BenchParts } from './parts.ts';
import { performable } from './performer/index.ts';

export interface HeadEndAbilities {
  readonly name: string;
  readonly timeReference: boolean;
}

/**
 * What a rig can do with the meter in one of its sockets, from its files alone: nothing is touched.
 * @param hasOperator whether anybody answers prompts
 */
export function abilitiesOf(
  rig: RigFile,
  position: RigPosition,
  profile: MeterProfile,
  headEnd: HeadEndAbilities | null,
  hasOperator = false,
): Abilities {
  const fitted = fittedAt(rig, position);
  const parts = new Set<keyof BenchParts>(fitted.map(({ kind }) => PART[kind]));
  if (headEnd !== null) parts.add('headEnd');
  if (hasOperator) parts.add('operator');
  const cannot = new Set(fitted.flatMap(cannotOf));
  return {
    bench: rig.rig,
    simulated: isSimulated(rig, position),
    position: position.id,
    meterSerial: position.dut.serial,
    profile,
    ...(position.dut.connection && { connection: position.dut.connection }),
    limits: limitsAt(rig, profile),
    headEnd,
    performs: performable(parts).filter((action) => !cannot.has(action)),
    consent: rig.consent,
    roles: [...fitted.map(({ role }) => role), ...(hasOperator ? ['operator'] : [])],
    instruments: fitted.map(instrumentRecord),
  };
}

/** Mains may stand so far above the nominal voltage of a meter (assumed: nominal plus 10 %). */
const ABOVE_NOMINAL = 1.1;

/** The lower of rig and meter: what no source may be set above with this meter in the socket. */
export function limitsAt({ limits }: RigFile, profile: MeterProfile): Abilities['limits'] {
  return {
    milliVolts: Math.min(limits.voltage, Math.round(profile.voltageMilliVolts * ABOVE_NOMINAL)),
    milliAmps: Math.min(limits.current, profile.classCurrentMilliAmps),
  };
}

/** What the rig is used for, lab unless it says so; null where every instrument is a twin. */
export function rigProfileAt(rig: RigFile, position: RigPosition): RigProfile | null {
  return isSimulated(rig, position) ? null : (rig.profile ?? 'lab');
}

/** Whether every instrument of the position is a twin; what a person does, the operator's twin does. */
export function isSimulated(rig: RigFile, position: RigPosition): boolean {
  const fitted = fittedAt(rig, position).filter(({ binding }) => binding.driver !== 'manual');
  return fitted.length > 0 && fitted.every(({ binding }) => binding.port === 'simulated');
}

/** What an instrument cannot do of what its role is there for; of the user's own nothing is known. */
function cannotOf({ kind, binding }: Fitted): readonly ActionKind[] {
  if (kind === 'module-link' || binding.driver === 'own') return [];
  return ourDriver(kind, binding).cannot;
}

const PART: Readonly<Record<Fitted['kind'], keyof BenchParts>> = {
  'isolation-switch': 'isolation',
  source: 'source',
  'reference-standard': 'standard',
  'optical-port': 'optical',
  'clock-output': 'clockOutput',
  'pulse-input': 'pulses',
  'module-link': 'messages',
  console: 'console',
  probe: 'probes',
  stimulus: 'stimuli',
};

/** An instrument as plans and reports tell of it. */
export function instrumentRecord({ role, binding }: Fitted): InstrumentRecord {
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
