import type { BenchPhysics } from '../bench/physics.ts';
import type { Cancel } from '../clock/scheduler.ts';
import type { InstrumentDescription } from '../driver/instrument-block.ts';
import { OUT_OF_RANGE, type ScpiHandler, ScpiTwin, setting } from '../serial/scpi-twin.ts';
import type { SourcePreset } from './scpi-presets.ts';

const NOBODY = { make: 'meterbench', model: 'simulated source', serial: '0' } as const;

/** A simulated source that understands the words of a preset and no others. */
export function scpiSourceTwin(
  physics: BenchPhysics,
  preset: SourcePreset,
  instrument: InstrumentDescription | null,
): ScpiTwin {
  const source = new SimulatedSource(physics);
  const { make, model, serial } = instrument ?? NOBODY;
  const { output, watchdog, voltageRange } = preset;
  const handlers: Record<string, ScpiHandler> = {
    '*CLS': setting(() => {}),
    '*IDN?': () => `${make},${model},${serial},1`,
    [output.isOn]: () => (source.isProgrammedOn ? '1' : '0'),
    ...named(preset.remote, () => null),
    ...named(preset.voltageLimit, (volts) => source.limitVolts(Number(volts))),
    ...named(voltageRange?.header, (volts) => source.limitVolts(Number(volts))),
    ...named(preset.currentLimit, (amps) => source.limitAmps(Number(amps))),
    ...named(preset.voltage, (volts) => source.setVolts(Number(volts))),
    ...named(preset.current, (amps) => source.setAmps(Number(amps))),
    ...named(preset.powerFactor, (factor) => source.setPowerFactor(Number(factor))),
    ...named(preset.frequency, (hertz) => source.setHertz(Number(hertz))),
    ...named(preset.measuredVoltage, () => source.measuredVolts.toFixed(3)),
    ...named(watchdog?.delay, (seconds) => source.setWatchdog(Number(seconds))),
    // On and off are one header with two arguments.
    ...named(headerOf(output.on), (argument) => source.setOutput(/^(1|ON)$/i.test(argument))),
    ...named(headerOf(watchdog?.on), () => source.startWatchdog()),
  };
  return new ScpiTwin(physics.scheduler, handlers, () => source.heard());
}

function headerOf(command: string | undefined): string | undefined {
  return command?.split(' ')[0];
}

function named(
  header: string | null | undefined,
  handler: ScpiHandler,
): Readonly<Record<string, ScpiHandler>> {
  return header === null || header === undefined ? {} : { [header]: handler };
}

/** Refuses what lies beyond its limits, and what its watchdog has switched off stays off. */
class SimulatedSource {
  isProgrammedOn = false;
  #isTripped = false;
  #mostVolts = Number.POSITIVE_INFINITY;
  #mostAmps = Number.POSITIVE_INFINITY;
  #watchdogNs = 60e9;
  #watches = false;
  #cancel: Cancel = () => {};
  readonly #physics: BenchPhysics;

  constructor(physics: BenchPhysics) {
    this.#physics = physics;
  }

  get measuredVolts(): number {
    return this.#physics.seenFrom('upstream').milliVolts / 1000;
  }

  limitVolts(volts: number): null {
    this.#mostVolts = volts;
    return null;
  }

  limitAmps(amps: number): null {
    this.#mostAmps = amps;
    return null;
  }

  setVolts(volts: number): ReturnType<ScpiHandler> {
    if (volts > this.#mostVolts) return OUT_OF_RANGE;
    this.#physics.setSource({ milliVolts: Math.round(volts * 1000) });
    return null;
  }

  setAmps(amps: number): ReturnType<ScpiHandler> {
    if (amps > this.#mostAmps) return OUT_OF_RANGE;
    this.#physics.setSource({ milliAmps: Math.round(amps * 1000) });
    return null;
  }

  setPowerFactor(factor: number): null {
    this.#physics.setSource({ powerFactorPpm: Math.round(factor * 1e6) });
    return null;
  }

  setHertz(hertz: number): null {
    this.#physics.setSource({ milliHertz: Math.round(hertz * 1000) });
    return null;
  }

  setOutput(on: boolean): null {
    this.isProgrammedOn = on;
    this.#physics.setSource({ on: on && !this.#isTripped });
    return null;
  }

  setWatchdog(seconds: number): null {
    this.#watchdogNs = seconds * 1e9;
    return null;
  }

  startWatchdog(): null {
    this.#watches = true;
    this.heard();
    return null;
  }

  /** Any command feeds the watchdog; it latches the output off and leaves the setting alone. */
  heard(): void {
    this.#cancel();
    if (!this.#watches) return;
    const { scheduler } = this.#physics;
    this.#cancel = scheduler.callAt(scheduler.nowNs() + this.#watchdogNs, 0, () => {
      this.#isTripped = true;
      this.#physics.setSource({ on: false });
    });
  }
}
