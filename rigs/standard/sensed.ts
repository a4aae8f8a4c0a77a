import { drawBetween } from '../../devices/domain/chance.ts';
import type { Terminals } from '../bench/physics.ts';
import type { Cancel } from '../clock/scheduler.ts';
import type { TwinContext } from '../driver/driver.ts';
import { certifiedUncertainty } from './certified.ts';

/** Draws of the standard's own error must not collide with the meter's own. */
const DRAW_STANDARD = 0x57d;

/**
 * What a simulated standard senses on its side of the isolation switch, with an error of its own:
 * inside its certificate, unless it has drifted. Its voltage carries the error, so that energy and
 * power are wrong by the same and the power factor is right.
 */
export class SensedBench {
  readonly #context: TwinContext;
  readonly #certifiedErrorPpm: number;

  constructor(context: TwinContext) {
    this.#context = context;
    const half = certifiedUncertainty(context.instrument).uncertaintyPpm / 2;
    this.#certifiedErrorPpm = drawBetween(context.seed, DRAW_STANDARD, 0, -half, half);
  }

  get volts(): number {
    return (this.#at.milliVolts * this.#scale) / 1000;
  }

  get amps(): number {
    return this.#at.milliAmps / 1000;
  }

  get watts(): number {
    return (this.#at.milliWatts * this.#scale) / 1000;
  }

  get hertz(): number {
    return this.#at.milliHertz / 1000;
  }

  /** Energy that went past since the bench was made, mWh, as the standard counts it until `atNs`. */
  milliWattHours(atNs?: number): number {
    return this.#context.physics.referenceMilliWattHours(atNs) * this.#scale;
  }

  /** Calls at every pulse of the meter that the standard's scanning head sees, until cancelled. */
  onPulse(listener: (atNs: number) => void): Cancel {
    return this.#context.physics.onPulse(listener);
  }

  get #at(): Terminals {
    return this.#context.physics.seenFrom(this.#context.senses);
  }

  get #scale(): number {
    return 1 + (this.#certifiedErrorPpm + this.#context.physics.standardDriftPpm) / 1e6;
  }
}
