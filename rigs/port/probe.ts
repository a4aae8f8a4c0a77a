import type { Unit } from '../../devices/domain/quantity.ts';
import type { Instrument } from './instrument.ts';

/** What a probe shows without changing it: a number in the smallest unit, or a text. */
export type ProbeReading =
  | {
      readonly kind: 'number';
      readonly value: number;
      readonly unit: Unit;
      /** Expanded uncertainty (k = 2) in the unit; null when nothing is known. */
      readonly expandedUncertainty: number | null;
    }
  | { readonly kind: 'text'; readonly value: string };

/** Shows a state: an LED, the LCD, a voltage, a temperature. */
export interface Probe extends Instrument {
  /** @throws BenchError (rig) when it does not answer */
  read(signal?: AbortSignal): Promise<ProbeReading>;
}

/** Acts on the device: tilts it, brings a magnet near, opens its cover. */
export interface Stimulus extends Instrument {
  /** States it can be put into; the first is rest, in which the device is left alone. */
  readonly states: readonly string[];
  /** Resolves when the state stands. @throws BenchError (rig) */
  set(state: string, signal?: AbortSignal): Promise<void>;
}

/** A prompt of the device or of a module: a command in, its text out. */
export interface Console extends Instrument {
  /** @throws BenchError (dut) when the prompt does not come back within the limit */
  send(command: string, limitNs: number, signal?: AbortSignal): Promise<string>;
}
