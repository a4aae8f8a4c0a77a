import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { defineDriver } from '../driver/driver.ts';
import { type InstrumentDescription, instantUncertaintyNs } from '../driver/instrument-block.ts';
import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import type { EdgeInput } from '../port/instrument.ts';
import { EdgeInputTwin } from './edge-input-twin.ts';

/**
 * An input that sends one byte for each edge of a pulse output as soon as it sees it: a level shifter
 * into the RXD line of a USB-UART does, and so does a board that prints a character at each edge. A
 * board may keep silent until it is told to start; a level shifter takes no notice of that.
 * The host stamps the arrival, which is late by up to the adapter's latency (the declared uncertainty);
 * the middle of that is taken off.
 */

const BAUD_RATE = 115_200;
const WIRE_NS = (10 * 1e9) / BAUD_RATE;
export const START_EDGES = 0x53; // 'S'
export const STOP_EDGES = 0x73; // 's'
export const EDGE = 0x2e; // '.'
/** A USB-UART with a latency timer of 16 ms; declare your own in the instrument's block. */
const USUAL_UNCERTAINTY_NS = 16 * NS_PER_MS;

export const edgeInput = defineDriver({
  role: 'clock-output',
  name: 'edge-input',
  summary: 'A serial input that sends a byte at each edge of the meter’s 1 Hz output.',
  reach: 'line',
  options: {},
  async open(_options, context) {
    return new SerialEdgeInput({
      channel: await context.openLine({ baudRate: BAUD_RATE }),
      clock: context.clock,
      uncertaintyNs: uncertaintyOf(context.instrument),
    });
  },
  twin: (_options, { physics, instrument }) =>
    new EdgeInputTwin(physics, uncertaintyOf(instrument)),
});

function uncertaintyOf(instrument: InstrumentDescription | null): number {
  return instantUncertaintyNs(instrument, USUAL_UNCERTAINTY_NS);
}

export interface SerialEdgeInputOptions {
  readonly channel: ByteChannel;
  readonly clock: Clock;
  readonly uncertaintyNs: number;
}

class SerialEdgeInput implements EdgeInput {
  readonly uncertaintyNs: number;
  readonly #options: SerialEdgeInputOptions;

  constructor(options: SerialEdgeInputOptions) {
    this.#options = options;
    this.uncertaintyNs = options.uncertaintyNs;
  }

  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    return this.#options.channel.close();
  }

  async edges(count: number, limitNs: number, signal: AbortSignal): Promise<readonly number[]> {
    const { channel, clock } = this.#options;
    const stamps: number[] = [];
    const enough = new AbortController();
    const lateNs = WIRE_NS + this.uncertaintyNs / 2;
    channel.listen((bytes, atNs) => {
      stamps.push(...Array.from(bytes, () => Math.round(atNs - lateNs)));
      if (stamps.length >= count) enough.abort();
    });
    try {
      await channel.write(Uint8Array.of(START_EDGES));
      const either = AbortSignal.any([enough.signal, signal]);
      await clock.sleepUntil(clock.nowNs() + limitNs, either).catch(() => undefined);
      await channel.write(Uint8Array.of(STOP_EDGES));
    } finally {
      channel.listen(null);
    }
    signal.throwIfAborted();
    if (stamps.length >= count) return stamps.slice(0, count);
    throw new BenchError(
      'dut',
      `${channel.name}: awaited ${count} edges for ${formatDurationNs(limitNs)}, got ${stamps.length}`,
    );
  }
}
