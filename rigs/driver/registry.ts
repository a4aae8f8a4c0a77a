import type { Driver, Role } from './driver.ts';
import { commandSwitch } from '../isolation/command.ts';
import { lcus } from '../isolation/lcus.ts';
import { controlLine } from '../isolation/line.ts';
import { manualSwitch } from '../isolation/manual.ts';
import { modbusRtu } from '../isolation/modbus-rtu.ts';
import { numato } from '../isolation/numato.ts';
import { c1218 } from '../optical/optical-port.ts';
import { edgeInput } from '../probe/edge-input.ts';
import { scpiSource } from '../source/scpi-source.ts';
import { zeraScpi } from '../standard/zera-scpi.ts';

/** The drivers that meterbench brings, by role. A rig file may name a file of its user's own besides. */
export const DRIVERS = {
  'isolation-switch': [lcus, modbusRtu, numato, controlLine, commandSwitch, manualSwitch],
  source: [scpiSource],
  'reference-standard': [zeraScpi],
  'optical-port': [c1218],
  'clock-output': [edgeInput],
  probe: [],
  stimulus: [],
  console: [],
} as const satisfies { readonly [R in Role]: readonly Driver<R>[] };

/** The driver of a binding, one of ours. @throws for a driver of the user's own, which must be loaded */
export function ourDriver<R extends Role>(
  role: R,
  { driver: name }: { driver: string },
): Driver<R> {
  const drivers = DRIVERS[role] as unknown as readonly Driver<R>[];
  const driver = drivers.find((candidate) => candidate.name === name);
  if (driver !== undefined) return driver;
  throw new Error(`there is no driver ${name} for ${role}`);
}
