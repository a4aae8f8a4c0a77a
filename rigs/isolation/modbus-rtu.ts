import { z } from 'zod';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { defineDriver } from '../driver/driver.ts';
import { instantUncertaintyNs } from '../driver/instrument-block.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { ContactMoved, IsolationSwitch } from '../port/instrument.ts';
import { Conversation } from '../serial/conversation.ts';
import {
  coilIn,
  FLASH_UNIT_NS,
  flashOff,
  readCoil,
  REQUEST_BYTES,
  takenIn,
  writeCoil,
} from './modbus-frame.ts';
import { ModbusRtuTwin } from './modbus-rtu-twin.ts';

/**
 * A relay board by Modbus RTU: one coil is written and read, the board's others are never touched.
 * Waveshare's boards open for a time by their own timer. Bytes: test/rigs/isolation.
 */

/** Usual of relay boards; the standard's own default is 19200 8E1 (Serial Line V1.02, 2.5.1). */
const USUAL_BAUD_RATE = 9600;
/** A small relay moves about 10 ms after the command (assumed; measure yours). */
const CONTACT = { operateNs: 10 * NS_PER_MS, uncertaintyNs: 10 * NS_PER_MS } as const;
const ANSWER_WITHIN_NS = 500 * NS_PER_MS;
/** Silence between two frames, in characters (Serial Line V1.02, 2.5.1.1). */
const QUIET_CHARACTERS = 3.5;
/** Waveshare's wiki: the largest number of units. */
const FLASH_UNITS_AT_MOST = 0x7fff;
/** Of a board with commands for all its relays this "coil" is all of them (Waveshare's wiki). */
const ALL_COILS = 0xff;

const options = {
  address: z.int().min(1).max(247).describe('Of the board on the bus.'),
  coil: z.int().min(0).max(0xffff).describe('Relay on the board, from 0 on.'),
  timer: z
    .literal('waveshare')
    .optional()
    .describe('The board opens for n x 100 ms by its own timer, as those of Waveshare do.'),
  baud: z.int().min(300).max(256_000).optional().describe(`Usual: ${USUAL_BAUD_RATE}.`),
  parity: z.enum(['none', 'even', 'odd']).optional().describe('Usual of relay boards: none.'),
};
type Options = z.output<z.ZodObject<typeof options>>;

export const modbusRtu = defineDriver({
  role: 'isolation-switch',
  name: 'modbus-rtu',
  summary: 'A coil of a relay board by Modbus RTU, with the board-timed off of Waveshare.',
  reach: 'line',
  options,
  async open(written, context) {
    if (written.timer !== undefined && written.coil >= ALL_COILS) {
      const text = `${context.name}: coil ${written.coil} of a Waveshare board is no single relay`;
      throw new BenchError('scenario', text);
    }
    const { baud: baudRate = USUAL_BAUD_RATE, parity = 'none' } = written;
    const channel = await context.openLine({ baudRate, parity });
    const { clock, instrument } = context;
    const quietNs = QUIET_CHARACTERS * characterNs(written);
    return new ModbusRtuSwitch({
      ...written,
      conversation: new Conversation({ channel, clock, answerWithinNs: ANSWER_WITHIN_NS, quietNs }),
      clock,
      hasTimer: written.timer !== undefined,
      wireNs: REQUEST_BYTES * characterNs(written),
      operateNs: CONTACT.operateNs,
      uncertaintyNs: instantUncertaintyNs(instrument, CONTACT.uncertaintyNs),
      // Whether the board counts from the command or on a 100 ms beat of its own is not public.
      timerUncertaintyNs: instantUncertaintyNs(instrument, FLASH_UNIT_NS),
      readback: context.readback,
    });
  },
  // A question before it may still wait for its answer; then the frame and the contact.
  safety: (written) => ({
    deadMan: 'none',
    offWithinNs: inWholeMs(
      ANSWER_WITHIN_NS +
        (QUIET_CHARACTERS + REQUEST_BYTES) * characterNs(written) +
        CONTACT.operateNs +
        CONTACT.uncertaintyNs,
    ),
    energisesOnOpen: false,
  }),
  twin: ({ address, coil, timer }, { physics }) =>
    new ModbusRtuTwin({
      scheduler: physics.scheduler,
      address,
      coils: coil + 1,
      hasTimer: timer !== undefined,
      operateNs: CONTACT.operateNs,
      moved: (moved, closed) => {
        if (moved === coil) physics.setSwitch(closed);
      },
    }),
});

/** Rounded up: it is a promise, and read by people. */
function inWholeMs(ns: number): number {
  return Math.ceil(ns / NS_PER_MS) * NS_PER_MS;
}

/** Start bit, eight data bits, parity if any, stop bit. */
function characterNs({ baud = USUAL_BAUD_RATE, parity = 'none' }: Options): number {
  return ((parity === 'none' ? 10 : 11) * 1e9) / baud;
}

interface ModbusRtuOptions {
  readonly conversation: Conversation;
  readonly clock: Clock;
  readonly address: number;
  readonly coil: number;
  readonly hasTimer: boolean;
  readonly wireNs: number;
  /** Time from the last byte to the contact, and how well it is known (k = 2). */
  readonly operateNs: number;
  readonly uncertaintyNs: number;
  readonly timerUncertaintyNs: number;
  readonly readback: 'none' | 'state';
}

class ModbusRtuSwitch implements IsolationSwitch {
  readonly #options: ModbusRtuOptions;
  /** Until then the board's timer may close the contact. */
  #timerEndsByNs = 0;

  constructor(opened: ModbusRtuOptions) {
    this.#options = opened;
  }

  /** The standard has a function for that (2B), relay boards do not. */
  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    return this.#options.conversation.close();
  }

  get opensWithinNs(): number {
    return Math.max(0, this.#timerEndsByNs - this.#options.clock.nowNs());
  }

  /**
   * Nothing public says that a plain write stops the board's timer, so the contact counts as open
   * only after a second command behind its end.
   */
  async open(): Promise<ContactMoved> {
    const moved = await this.#write(false);
    if (this.opensWithinNs === 0) return moved;
    await this.#options.clock.sleepUntil(this.#timerEndsByNs);
    return this.#write(false);
  }

  close(): Promise<ContactMoved> {
    return this.#write(true);
  }

  openFor(forNs: number): Promise<{ opened: ContactMoved; closes: ContactMoved } | null> {
    const units = forNs / FLASH_UNIT_NS;
    const isTimeable = Number.isInteger(units) && units >= 1 && units <= FLASH_UNITS_AT_MOST;
    return this.#options.hasTimer && isTimeable ? this.#openFor(units) : Promise.resolve(null);
  }

  async #openFor(units: number): Promise<{ opened: ContactMoved; closes: ContactMoved }> {
    const { clock, address, coil, timerUncertaintyNs } = this.#options;
    const forNs = units * FLASH_UNIT_NS;
    // Also when no answer comes the board may have heard.
    const mayEndNs = (fromNs: number) => fromNs + forNs + 2 * timerUncertaintyNs + ANSWER_WITHIN_NS;
    this.#timerEndsByNs = mayEndNs(clock.nowNs());
    const opened = await this.#command(
      flashOff(address, coil, units),
      `open for ${units} x 100 ms`,
    );
    this.#timerEndsByNs = mayEndNs(opened.atNs);
    const uncertaintyNs = Math.round(Math.hypot(opened.uncertaintyNs, timerUncertaintyNs));
    return { opened, closes: { atNs: opened.atNs + forNs, uncertaintyNs } };
  }

  async readBack(): Promise<'open' | 'closed' | null> {
    const { conversation, address, coil, readback } = this.#options;
    if (readback === 'none') return null;
    const request = readCoil(address, coil);
    const { answer } = await conversation.ask({
      request,
      awaited: `the state of coil ${coil} of address ${address}`,
      answerIn: (received) => coilIn(request, received),
    });
    return answer;
  }

  #write(closed: boolean): Promise<ContactMoved> {
    const { address, coil } = this.#options;
    return this.#command(writeCoil(address, coil, closed), closed ? 'close' : 'open');
  }

  async #command(request: Uint8Array, what: string): Promise<ContactMoved> {
    const { conversation, address, coil, wireNs, operateNs, uncertaintyNs } = this.#options;
    const { askedAtNs } = await conversation.ask({
      request,
      awaited: `the answer of address ${address} to "${what}" for coil ${coil}`,
      answerIn: (received) => takenIn(request, received),
    });
    return { atNs: Math.round(askedAtNs + wireNs + operateNs), uncertaintyNs };
  }
}
