import { z } from 'zod';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import type { BenchPhysics } from '../bench/physics.ts';
import type { Cancel } from '../clock/scheduler.ts';
import { defineDriver } from '../driver/driver.ts';
import { type InstrumentDescription, instantUncertaintyNs } from '../driver/instrument-block.ts';
import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import type { EdgeInput, EdgeWindow } from '../port/instrument.ts';
import { EDGE, START_EDGES, STOP_EDGES } from './edge-bytes.ts';
import { EdgeInputTwin } from './edge-input-twin.ts';

/**
 * An input of the meter's 1 Hz output, or of its test LED, that sends one byte for each edge of a pulse output as soon as it sees it: a level shifter
 * into the RXD line of a USB-UART does, and so does a board that prints a character at each edge. A
 * board may keep silent until it is told to start; a level shifter takes no notice of that.
 * The host stamps the arrival, which is late by up to the adapter's latency (the declared uncertainty);
 * the middle of that is taken off.
 */

const BAUD_RATE = 115_200;
const WIRE_NS = (10 * 1e9) / BAUD_RATE;
/**
 * A terminal that hangs up may read as nothing for ever (Linux, tty_io.c, hung_up_tty_read) and refuses
 * only what is written to it: a board that is counting is told to start again this often.
 */
const TELL_AGAIN_NS = 5 * NS_PER_S;
/** A USB-UART with a latency timer of 16 ms; declare your own in the instrument's block. */
const USUAL_UNCERTAINTY_NS = 16 * NS_PER_MS;

/** An output of the meter that an edge input can watch. */
interface WatchedOutput {
  readonly role: 'clock-output' | 'pulse-input';
  readonly summary: string;
  readonly drawOwner: number;
  readonly onEdge: (physics: BenchPhysics, listener: () => void) => Cancel;
}

export const clockOutput = edgeInput({
  role: 'clock-output',
  summary: 'A serial input that sends a byte at each edge of the meter’s 1 Hz output.',
  drawOwner: 0x0ed6e,
  onEdge: (physics, listener) => physics.onSecond(listener),
});

export const pulseInput = edgeInput({
  role: 'pulse-input',
  summary: 'A serial input that sends a byte at each pulse of the meter’s test LED.',
  drawOwner: 0x0ed6f,
  onEdge: (physics, listener) => physics.onPulse(listener),
});

function edgeInput<R extends WatchedOutput['role']>(watched: WatchedOutput & { readonly role: R }) {
  const { role, summary, drawOwner, onEdge } = watched;
  return defineDriver({
    role,
    name: 'edge-input',
    summary,
    reach: 'line',
    options: {
      sends: z
        .enum(['dot', 'any'])
        .default('dot')
        .describe('What stands for an edge: a dot, or any byte at all (a bare level shifter).'),
    },
    async open({ sends }, context) {
      return new SerialEdgeInput({
        channel: await context.openLine({ baudRate: BAUD_RATE }),
        clock: context.clock,
        sends,
        uncertaintyNs: uncertaintyOf(context.instrument),
      });
    },
    twin: (_options, { physics, instrument }) =>
      new EdgeInputTwin({
        scheduler: physics.scheduler,
        seed: physics.meters.seed,
        drawOwner,
        uncertaintyNs: uncertaintyOf(instrument),
        onEdge: (listener) => onEdge(physics, listener),
      }),
  });
}

/** A line that echoes, or noise on it, must not count as edges of the meter. */
function notAnEdge(byte: number): string {
  return `awaited a dot for each edge, got byte ${byte.toString(16).padStart(2, '0')}; a bare level shifter needs "sends: any"`;
}

function uncertaintyOf(instrument: InstrumentDescription | null): number {
  return instantUncertaintyNs(instrument, USUAL_UNCERTAINTY_NS);
}

interface SerialEdgeInputOptions {
  readonly channel: ByteChannel;
  readonly clock: Clock;
  readonly sends: 'dot' | 'any';
  readonly uncertaintyNs: number;
}

class SerialEdgeInput implements EdgeInput {
  readonly uncertaintyNs: number;
  readonly #options: SerialEdgeInputOptions;
  /** Silence is an answer here, so a port that is gone must not look like it. */
  readonly #lost = new AbortController();

  constructor(options: SerialEdgeInputOptions) {
    this.#options = options;
    this.uncertaintyNs = options.uncertaintyNs;
    options.channel.onLost((reason) => this.#lost.abort(new BenchError('rig', reason)));
  }

  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    return this.#options.channel.close();
  }

  async edges(count: number, limitNs: number, signal: AbortSignal): Promise<readonly number[]> {
    const stamps: number[] = [];
    const enough = new AbortController();
    const seen = (stamp: number): void => {
      stamps.push(stamp);
      if (stamps.length >= count) enough.abort();
    };
    await this.#stamp(seen, limitNs, AbortSignal.any([enough.signal, signal]));
    signal.throwIfAborted();
    if (stamps.length >= count) return stamps.slice(0, count);
    throw new BenchError(
      'dut',
      `${this.#options.channel.name}: awaited ${count} edges for ${formatDurationNs(limitNs)}, got ${stamps.length}`,
    );
  }

  async edgesFor(forNs: number, signal: AbortSignal): Promise<EdgeWindow> {
    const { uncertaintyNs } = this;
    const stamps: number[] = [];
    // A board begins only when it has been told, and the byte of the last edge may be as late as any.
    const latestNs = Math.ceil(WIRE_NS + uncertaintyNs);
    const lastsNs = latestNs + forNs + latestNs;
    const startedNs = await this.#stamp((stamp) => stamps.push(stamp), lastsNs, signal);
    signal.throwIfAborted();
    const fromNs = startedNs + latestNs;
    const untilNs = fromNs + forNs;
    const isNear = (stamp: number, endNs: number): boolean =>
      Math.abs(stamp - endNs) <= uncertaintyNs;
    return {
      fromNs,
      untilNs,
      edges: stamps.filter((stamp) => stamp >= fromNs && stamp < untilNs),
      doubtful: stamps.filter((stamp) => isNear(stamp, fromNs) || isNear(stamp, untilNs)).length,
    };
  }

  /**
   * Stamps every byte for so long, or until the signal.
   * @returns when the board was told to start
   * @throws BenchError (rig) when the port went meanwhile
   */
  async #stamp(seen: (stamp: number) => void, forNs: number, signal: AbortSignal): Promise<number> {
    const { channel, clock, sends } = this.#options;
    const lateNs = WIRE_NS + this.uncertaintyNs / 2;
    const wrong = new AbortController();
    channel.listen((bytes, atNs) => {
      for (const byte of bytes) {
        if (sends === 'any' || byte === EDGE) seen(Math.round(atNs - lateNs));
        else wrong.abort(new BenchError('rig', `${channel.name}: ${notAnEdge(byte)}`));
      }
    });
    try {
      await channel.write(Uint8Array.of(START_EDGES));
      const startedNs = clock.nowNs();
      await this.#pass(startedNs + forNs, AbortSignal.any([signal, wrong.signal]));
      wrong.signal.throwIfAborted();
      await channel.write(Uint8Array.of(STOP_EDGES));
      return startedNs;
    } finally {
      channel.listen(null);
    }
  }

  /** Waits until then or until the signal, and looks meanwhile whether the port is still there. */
  async #pass(untilNs: number, signal: AbortSignal): Promise<void> {
    const { channel, clock } = this.#options;
    const either = AbortSignal.any([signal, this.#lost.signal]);
    for (;;) {
      const nextNs = Math.min(untilNs, clock.nowNs() + TELL_AGAIN_NS);
      await clock.sleepUntil(nextNs, either).catch(() => undefined);
      this.#lost.signal.throwIfAborted();
      if (signal.aborted || nextNs === untilNs) return;
      await channel.write(Uint8Array.of(START_EDGES));
    }
  }
}
