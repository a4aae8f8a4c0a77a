import type { Cancel } from '../clock/scheduler.ts';
import { MISSING_PARAMETER, type ScpiHandler } from '../serial/scpi-twin.ts';
import type { SensedBench } from './sensed.ts';
import { CALCULATOR, CALCULATOR_STATUS } from './zera-commands.ts';

const SERIAL = '050000001';

/** A command that takes one parameter, which a semicolon must end. */
function parameter(apply: (value: string) => void): ScpiHandler {
  return (argument) => {
    if (!argument.endsWith(';')) return MISSING_PARAMETER;
    apply(argument.slice(0, -1).trim());
    return null;
  };
}

/** The commands of a simulated ZERA standard, as far as a session of the MT310s2 has them. */
export function zeraTwinHandlers(sensed: SensedBench): Readonly<Record<string, ScpiHandler>> {
  const calculator = new ErrorCalculator(sensed);
  return {
    '*IDN?': () => `ZERA GmbH,MT310s2,${SERIAL},4.0`,
    'STATUS:DEV1:SERIAL?': () => SERIAL,
    'STATUS:DEV1:VERSION?': () => 'release-4.9.19',
    'STATUS:DEV1:ADJUSTMENT?': () => '0',
    'STATUS:DEV1:ADJCHKSUM?': () => '1A2B',
    'MEASURE:RMS1:UL1?': () => sensed.volts.toFixed(4),
    'MEASURE:RMS1:IL1?': () => sensed.amps.toFixed(4),
    'MEASURE:POW1:P1?': () => sensed.watts.toFixed(4),
    'MEASURE:RNG1:F?': () => sensed.hertz.toFixed(4),
    [`${CALCULATOR}:DUTSOURCE`]: parameter(() => {}),
    [`${CALCULATOR}:REFSOURCE`]: parameter(() => {}),
    [`${CALCULATOR}:DCUNIT`]: parameter(() => {}),
    [`${CALCULATOR}:DUTCONSTANT`]: parameter((value) => {
      calculator.wattHoursPerPulse = Number(value);
    }),
    [`${CALCULATOR}:MRATE`]: parameter((value) => {
      calculator.pulsesWanted = Number(value);
    }),
    [`${CALCULATOR}:START`]: parameter((value) => calculator.start(value === '1')),
    [`${CALCULATOR}:STATUS?`]: () => String(calculator.status),
    [`${CALCULATOR}:PULSES?`]: () => String(calculator.pulses),
    [`${CALCULATOR}:ENERGY?`]: () => (calculator.milliWattHours / 1e6).toFixed(9),
    [`${CALCULATOR}:RESULT?`]: () => calculator.percentError.toFixed(4),
  };
}

/** Starts and stops at the meter's own pulses, so that its gate holds a whole number of them. */
class ErrorCalculator {
  wattHoursPerPulse = 0;
  pulsesWanted = 0;
  status = 0;
  pulses = 0;
  milliWattHours = 0;
  #startMilliWattHours = 0;
  #cancel: Cancel = () => {};
  readonly #sensed: SensedBench;

  constructor(sensed: SensedBench) {
    this.#sensed = sensed;
  }

  get percentError(): number {
    const metered = this.pulsesWanted * this.wattHoursPerPulse * 1000;
    return ((metered - this.milliWattHours) / this.milliWattHours) * 100;
  }

  start(on: boolean): void {
    this.#cancel();
    const { armed, started, abort } = CALCULATOR_STATUS;
    if (on) {
      this.status = armed;
      this.pulses = 0;
      this.milliWattHours = 0;
      this.#cancel = this.#sensed.onPulse((atNs) => this.#pulse(atNs));
    } else if ((this.status & (armed | started)) !== 0) this.status = abort;
  }

  #pulse(atNs: number): void {
    const energy = this.#sensed.milliWattHours(atNs);
    if (this.status === CALCULATOR_STATUS.armed) {
      this.status = CALCULATOR_STATUS.started;
      this.#startMilliWattHours = energy;
      return;
    }
    if (++this.pulses < this.pulsesWanted) return;
    this.milliWattHours = energy - this.#startMilliWattHours;
    this.status = CALCULATOR_STATUS.ready;
    this.#cancel();
  }
}
