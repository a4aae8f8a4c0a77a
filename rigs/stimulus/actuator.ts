import { z } from 'zod';
import { defineDriver } from '../driver/driver.ts';
import { BenchError } from '../port/bench.ts';
import type { Identity } from '../port/instrument.ts';
import type { Stimulus } from '../port/probe.ts';
import { openScpi, type ScpiSession } from '../serial/scpi.ts';
import { ScpiTwin, setting } from '../serial/scpi-twin.ts';
import { knownState, stimulusStates } from './states.ts';

/**
 * A board with a servo, a magnet or a contact that takes `STATE <word>` and answers `STATE?` with the
 * word for where it stands, and SYST:ERR? as SCPI has it. The commands are ours by design, so that any
 * board that can read a line will do.
 */
export const actuator = defineDriver({
  role: 'stimulus',
  name: 'actuator',
  summary: 'A board that takes STATE <word> and says where it stands.',
  reach: 'line',
  options: {
    states: stimulusStates,
    'acts-on': z.string().min(1).describe('What it moves: magnet, tilt, cover.'),
    baud: z.int().positive().optional().describe('9600 when not given.'),
  },
  async open({ states, baud }, context) {
    return new Actuator(await openScpi(context, 'SYST:ERR?', baud), context.name, states);
  },
  twin({ states: [rest = ''], 'acts-on': name }, { physics }) {
    const { scheduler } = physics;
    return new ScpiTwin(scheduler, {
      '*IDN?': () => 'meterbench,simulated actuator,1,1',
      STATE: setting((state) => physics.setStimulus(name, state)),
      'STATE?': () => physics.stimulus(name) ?? rest,
    });
  },
});

class Actuator implements Stimulus {
  readonly states: readonly string[];
  readonly #scpi: ScpiSession;
  readonly #name: string;

  constructor(scpi: ScpiSession, name: string, states: readonly string[]) {
    this.#scpi = scpi;
    this.#name = name;
    this.states = states;
  }

  identify(): Promise<Identity> {
    return this.#scpi.identity();
  }

  release(): Promise<void> {
    return this.#scpi.close();
  }

  async set(state: string, signal?: AbortSignal): Promise<void> {
    knownState(this.#name, this.states, state);
    signal?.throwIfAborted();
    await this.#scpi.command(`STATE ${state}`);
    const stands = await this.#scpi.query('STATE?');
    if (stands === state) return;
    throw new BenchError('rig', `${this.#name}: commanded ${state}, but it stands at "${stands}"`);
  }
}
