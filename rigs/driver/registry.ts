import type { Driver, Role } from './driver.ts';
import { consoleSerial } from '../console/console-serial.ts';
import { consoleSsh } from '../console/console-ssh.ts';
import { commandSwitch } from '../isolation/command.ts';
import { httpSwitch } from '../isolation/http.ts';
import { lcus } from '../isolation/lcus.ts';
import { controlLine } from '../isolation/line.ts';
import { manualSwitch } from '../isolation/manual.ts';
import { modbusRtu } from '../isolation/modbus-rtu.ts';
import { numato } from '../isolation/numato.ts';
import { c1218 } from '../optical/optical-port.ts';
import { climate } from '../probe/climate.ts';
import { clockOutput, pulseInput } from '../probe/edge-input.ts';
import { indicator } from '../probe/indicator.ts';
import { manualProbe } from '../probe/manual.ts';
import { scpiVoltmeter } from '../probe/scpi-voltmeter.ts';
import { manualSource } from '../source/manual.ts';
import { scpiSource } from '../source/scpi-source.ts';
import { manualStandard } from '../standard/manual.ts';
import { pulseComparator } from '../standard/pulse-comparator.ts';
import { scpiPowerMeter } from '../standard/scpi-power-meter.ts';
import { zeraScpi } from '../standard/zera-scpi.ts';
import { manualStimulus } from '../stimulus/manual.ts';
import { actuator } from '../stimulus/actuator.ts';

/** The drivers that meterbench brings, by role. A rig file may name a file of its user's own besides. */
export const DRIVERS = {
  'isolation-switch': [
    lcus,
    modbusRtu,
    numato,
    controlLine,
    httpSwitch,
    commandSwitch,
    manualSwitch,
  ],
  source: [scpiSource, manualSource],
  'reference-standard': [zeraScpi, pulseComparator, scpiPowerMeter, manualStandard],
  'optical-port': [c1218],
  'clock-output': [clockOutput],
  'pulse-input': [pulseInput],
  probe: [manualProbe, scpiVoltmeter, climate, indicator],
  stimulus: [manualStimulus, actuator],
  console: [consoleSerial, consoleSsh],
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
