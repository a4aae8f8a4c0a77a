import { z } from 'zod';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import { defineDriver } from '../driver/driver.ts';
import { instantUncertaintyNs } from '../driver/instrument-block.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { ContactMoved, IsolationSwitch } from '../port/instrument.ts';
import { OneAtATime } from '../wrap/one-at-a-time.ts';
import { written } from '../written-quantity.ts';
import { runProgram } from './program.ts';

/**
 * A switch behind a program of the user's own: one that closes it, one that opens it, and perhaps one
 * that prints "on" or "off". No shell stands between; in wall time only.
 */

const USUAL_LIMIT_NS = 5 * NS_PER_S;
/** Between the contact and the end of the program that moved it (assumed; declare your own). */
const CONTACT_UNCERTAINTY_NS = 500 * NS_PER_MS;

const program = z
  .array(z.string({ error: () => 'a list of texts: the program, then its arguments' }).min(1), {
    error: () => 'a list of texts: the program, then its arguments',
  })
  .min(1);

const options = {
  on: program.describe('Program and arguments that close the switch.'),
  off: program.describe('Program and arguments that open the switch.'),
  read: program.optional().describe('Prints on when the switch is closed, off when it is open.'),
  limit: written('ns').optional().describe('How long a program may take; 5 s.'),
};

export const commandSwitch = defineDriver({
  role: 'isolation-switch',
  name: 'command',
  summary: 'External programs that close, open and perhaps read a switch.',
  reach: 'none',
  options,
  open: ({ on, off, read = null, limit = USUAL_LIMIT_NS }, context) => {
    const { name, clock, instrument, readback } = context;
    return Promise.resolve(
      new CommandSwitch({
        name,
        clock,
        on,
        off,
        read: readback === 'state' ? read : null,
        limitNs: limit,
        uncertaintyNs: instantUncertaintyNs(instrument, CONTACT_UNCERTAINTY_NS),
      }),
    );
  },
  // A program before it may still run.
  safety: ({ limit = USUAL_LIMIT_NS }) => ({
    deadMan: 'none',
    offWithinNs: 2 * limit + CONTACT_UNCERTAINTY_NS,
    energisesOnOpen: false,
  }),
});

interface CommandOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly on: readonly string[];
  readonly off: readonly string[];
  readonly read: readonly string[] | null;
  readonly limitNs: number;
  readonly uncertaintyNs: number;
}

class CommandSwitch implements IsolationSwitch {
  readonly opensWithinNs: number;
  readonly #options: CommandOptions;
  readonly #turns = new OneAtATime();

  constructor(opened: CommandOptions) {
    this.#options = opened;
    this.opensWithinNs = 2 * opened.limitNs;
  }

  /** What the programs drive is not known here. */
  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  open(): Promise<ContactMoved> {
    return this.#move(this.#options.off);
  }

  close(): Promise<ContactMoved> {
    return this.#move(this.#options.on);
  }

  /** The contact moved at some time while the program ran. */
  async #move(argv: readonly string[]): Promise<ContactMoved> {
    const { clock, uncertaintyNs } = this.#options;
    const { startedNs } = await this.#run(argv);
    const tookNs = clock.nowNs() - startedNs;
    return {
      atNs: Math.round(startedNs + tookNs / 2),
      uncertaintyNs: Math.round(tookNs / 2 + uncertaintyNs),
    };
  }

  async readBack(): Promise<'open' | 'closed' | null> {
    const { name, read } = this.#options;
    if (read === null) return null;
    const { printed } = await this.#run(read);
    if (printed === 'on') return 'closed';
    if (printed === 'off') return 'open';
    const got = printed === '' ? 'nothing' : JSON.stringify(printed.slice(0, 80));
    throw new BenchError('rig', `${name}: awaited "on" or "off" from ${read[0]}, got ${got}`);
  }

  #run(argv: readonly string[]) {
    const { name, clock, limitNs } = this.#options;
    return this.#turns.run(async () => {
      const startedNs = clock.nowNs();
      return { startedNs, printed: await runProgram(name, argv, clock, limitNs) };
    });
  }
}
