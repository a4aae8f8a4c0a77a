import type { BenchPhysics } from '../bench/physics.ts';
import type { Cancel } from '../clock/scheduler.ts';
import { type ScpiHandler, setting } from '../serial/scpi-twin.ts';

const CALCULATOR = 'CALCULATE:EC01:0001';
const STATUS_RUNNING = 2;
const STATUS_READY = 4;

/** What the twin's error calculator is doing. */
interface Run {
  pulses: number;
  startMilliWattHours: number | null;
  energyMilliWattHours: number | null;
}

export interface ZeraTwinOptions {
  readonly physics: BenchPhysics;
  /** The standard's own error, ppm: inside its certificate unless it has drifted. */
  readonly errorPpm: number;
}

/**
 * The commands of a simulated ZERA standard. The calculator starts and stops at the meter's own
 * pulses, so that the gate holds a whole number of them.
 */
export function zeraTwinHandlers(options: ZeraTwinOptions): Readonly<Record<string, ScpiHandler>> {
  const { physics, errorPpm } = options;
  const scale = 1 + errorPpm / 1e6;
  let wattHoursPerPulse = 0;
  let pulsesWanted = 0;
  let run: Run | null = null;
  let cancel: Cancel | null = null;

  const onPulse = (): void => {
    if (run === null || run.energyMilliWattHours !== null) return;
    const energy = physics.referenceMilliWattHours() * scale;
    if (run.startMilliWattHours === null) {
      run.startMilliWattHours = energy;
      return;
    }
    if (++run.pulses < pulsesWanted) return;
    run.energyMilliWattHours = energy - run.startMilliWattHours;
    cancel?.();
  };

  const start = (on: boolean): void => {
    cancel?.();
    run = on ? { pulses: 0, startMilliWattHours: null, energyMilliWattHours: null } : null;
    if (on) cancel = physics.onPulse(onPulse);
  };

  const energyWattHours = (): number => (run?.energyMilliWattHours ?? 0) / 1000;
  const readMilli =
    (value: () => number): ScpiHandler =>
    () =>
      ((value() * scale) / 1000).toFixed(4);

  return {
    '*IDN?': () => 'ZERA GmbH,MT310s2,simulated,4.0',
    'MEASURE:RMS1:UL1?': readMilli(() => physics.terminals.milliVolts),
    'MEASURE:RMS1:IL1?': readMilli(() => physics.terminals.milliAmps),
    [`${CALCULATOR}:DUTCONSTANT`]: setting((argument) => (wattHoursPerPulse = Number(argument))),
    [`${CALCULATOR}:DCUNIT`]: setting(() => {}),
    [`${CALCULATOR}:REFSOURCE`]: setting(() => {}),
    [`${CALCULATOR}:MRATE`]: setting((argument) => (pulsesWanted = Number(argument))),
    [`${CALCULATOR}:START`]: setting((argument) => start(argument === '1')),
    [`${CALCULATOR}:STATUS?`]: () => {
      const ready = run !== null && run.energyMilliWattHours !== null;
      return String(ready ? STATUS_READY : STATUS_RUNNING);
    },
    [`${CALCULATOR}:PULSES?`]: () => String(run?.pulses ?? 0),
    [`${CALCULATOR}:ENERGY?`]: () => energyWattHours().toFixed(6),
    [`${CALCULATOR}:RESULT?`]: () => {
      const reference = energyWattHours();
      const metered = pulsesWanted * wattHoursPerPulse;
      return (((metered - reference) / reference) * 100).toFixed(4);
    },
  };
}
