import { z } from 'zod';
import { NS_PER_MINUTE } from '../../devices/domain/time.ts';
import { defineDriver } from '../driver/driver.ts';
import type { Operator } from '../port/operator.ts';
import type { Stimulus } from '../port/probe.ts';
import { knownState, stimulusStates } from './states.ts';

/** Shorter than the run's patience with a step that sets a stimulus. */
const SET_WITHIN_NS = 2 * NS_PER_MINUTE;

export const manualStimulus = defineDriver({
  role: 'stimulus',
  name: 'manual',
  summary: 'The operator acts: tilts the meter, brings a magnet near, opens the cover.',
  reach: 'none',
  options: {
    states: stimulusStates,
    asks: z.string().min(1).optional().describe('How it is done, for the operator.'),
  },
  open: ({ states, asks }, { name, operator }) =>
    Promise.resolve(new ManualStimulus(operator, name, states, asks ?? null)),
});

/** The prompt's id is the stimulus with the state: "stimulus tilt upright". */
class ManualStimulus implements Stimulus {
  readonly states: readonly string[];
  readonly #operator: Operator;
  readonly #name: string;
  readonly #asks: string | null;

  constructor(operator: Operator, name: string, states: readonly string[], asks: string | null) {
    this.#operator = operator;
    this.#name = name;
    this.states = states;
    this.#asks = asks;
  }

  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  async set(state: string, signal?: AbortSignal): Promise<void> {
    knownState(this.#name, this.states, state);
    const how = this.#asks === null ? '' : ` (${this.#asks})`;
    const prompt = {
      id: `${this.#name} ${state}`,
      text: `Put the ${this.#name} into the state "${state}"${how}.`,
      wants: { kind: 'done' },
    } as const;
    await this.#operator.ask(prompt, SET_WITHIN_NS, signal);
  }
}
