import type { MeterProfile } from '../../devices/domain/profile.ts';
import { formatQuantity } from '../../devices/domain/quantity.ts';
import { ourDriver } from '../driver/registry.ts';
import type { ActionKind } from '../port/action.ts';
import type { Abilities, InstrumentRecord } from '../port/bench.ts';
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
    limits: { milliVolts: rig.limits.voltage, milliAmps: rig.limits.current },
    headEnd,
    performs: performable(parts).filter((action) => !cannot.has(action)),
    consent: rig.consent,
    roles: [...fitted.map(({ role }) => role), ...(hasOperator ? ['operator'] : [])],
    instruments: fitted.map(instrumentRecord),
  };
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
