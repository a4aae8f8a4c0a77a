import { z } from 'zod';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { defineDriver } from '../driver/driver.ts';
import { instantUncertaintyNs } from '../driver/instrument-block.ts';
import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import type { ContactMoved, IsolationSwitch } from '../port/instrument.ts';
import { OneAtATime } from '../wrap/one-at-a-time.ts';
import { LineTwin } from './line-twin.ts';

/**
 * A relay on DTR or RTS of a serial port. The operating system raises both lines when anybody opens
 * the port (node-serialport #1605, #1678) and the kernel drops them when the last user goes, also by
 * SIGKILL: with `active: on` a death opens the contact, but any prober closes it for a moment. Hence
 * such a line holds the mains only in series with a second contact that is off at power-up.
 */

/** Never used for bytes; every port takes it. */
const BAUD_RATE = 9600;
/** A small relay behind a transistor (assumed; measure yours). */
const CONTACT = { operateNs: 10 * NS_PER_MS, uncertaintyNs: 10 * NS_PER_MS } as const;
/** Setting lines is one call to the operating system (assumed; a USB adapter needs a few ms). */
const SET_WITHIN_NS = 50 * NS_PER_MS;

export const controlLine = defineDriver({
  role: 'isolation-switch',
  name: 'line',
  summary: 'A relay on the DTR or RTS line of a serial port.',
  reach: 'line',
  options: {
    line: z.enum(['dtr', 'rts']).describe('The line that drives the relay; the other stays off.'),
    active: z
      .enum(['on', 'off'])
      .describe(
        'State of the line that closes the contact. With off, a port that closes energises.',
      ),
  },
  async open({ line, active }, { name, openLine, clock, instrument }) {
    const channel = await openLine({ baudRate: BAUD_RATE });
    const opened = new ControlLineSwitch({
      channel,
      clock,
      name,
      line,
      closedAt: active === 'on',
      uncertaintyNs: instantUncertaintyNs(instrument, CONTACT.uncertaintyNs),
    });
    try {
      await opened.open();
    } catch (error) {
      await channel.close().catch(() => undefined);
      throw error;
    }
    return opened;
  },
  safety: ({ active }) => ({
    deadMan: active === 'on' ? 'line drops' : 'none',
    offWithinNs: SET_WITHIN_NS + CONTACT.operateNs + CONTACT.uncertaintyNs,
    energisesOnOpen: active === 'on',
    energisesOnRelease: active === 'off',
  }),
  twin: ({ line, active }, { physics }) =>
    new LineTwin({
      scheduler: physics.scheduler,
      line,
      closedAt: active === 'on',
      operateNs: CONTACT.operateNs,
      moved: (closed) => physics.setSwitch(closed),
    }),
});

interface ControlLineOptions {
  readonly channel: ByteChannel;
  readonly clock: Clock;
  readonly name: string;
  readonly line: 'dtr' | 'rts';
  readonly closedAt: boolean;
  readonly uncertaintyNs: number;
}

class ControlLineSwitch implements IsolationSwitch {
  readonly #options: ControlLineOptions;
  readonly #turns = new OneAtATime();
  #lost: string | null = null;

  constructor(options: ControlLineOptions) {
    this.#options = options;
    options.channel.onLost((reason) => {
      this.#lost = reason;
    });
  }

  /** A relay on a wire has no word for itself, neither on who it is nor on its contact. */
  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  readBack(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    return this.#options.channel.close();
  }

  open(): Promise<ContactMoved> {
    return this.#turns.run(() => this.#set(!this.#options.closedAt));
  }

  close(): Promise<ContactMoved> {
    return this.#turns.run(() => this.#set(this.#options.closedAt));
  }

  async #set(state: boolean): Promise<ContactMoved> {
    const { channel, clock, name, line, uncertaintyNs } = this.#options;
    if (this.#lost !== null) throw new BenchError('rig', this.#lost);
    const setAtNs = clock.nowNs();
    const isSet = await channel.setLines({
      dtr: line === 'dtr' && state,
      rts: line === 'rts' && state,
    });
    if (isSet) return { atNs: setAtNs + CONTACT.operateNs, uncertaintyNs };
    const text = `${name}: this port has no control lines (a pseudo-terminal, a serial server): ${line.toUpperCase()} cannot be set`;
    throw new BenchError('rig', text);
  }
}
