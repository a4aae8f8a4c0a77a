import { z } from 'zod';
import { defineDriver } from '../driver/driver.ts';
import { BenchError } from '../port/bench.ts';
import type { Identity } from '../port/instrument.ts';
import type { Probe, ProbeReading } from '../port/probe.ts';
import { openScpi, type ScpiSession } from '../serial/scpi.ts';
import { scpiProbeTwin } from './scpi-probe.ts';

/**
 * A board with an eye on an LED, a flag or a contact: one query, one word for its answer. Ours by
 * design, so that any board that can print a line will do.
 */
const QUERY = 'SHOW?';
/** A line that echoes, or noise on it, is no word. */
const PRINTABLE = /^[\x20-\x7e]+$/;

export const indicator = defineDriver({
  role: 'probe',
  name: 'indicator',
  summary: 'A board that answers a query with the word for what it sees.',
  reach: 'line',
  options: {
    query: z.string().min(1).default(QUERY).describe(`What is asked; ${QUERY} usually.`),
    shows: z.string().min(1).describe('What it looks at; simulated: the name of a stimulus.'),
    baud: z.int().positive().optional().describe('9600 when not given.'),
  },
  async open({ query, baud }, context) {
    return new Indicator(await openScpi(context, 'SYST:ERR?', baud), context.name, query);
  },
  twin: ({ query, shows }, { physics }) =>
    scpiProbeTwin(
      physics.scheduler,
      query,
      'simulated indicator',
      () => physics.stimulus(shows) ?? 'rest',
    ),
});

class Indicator implements Probe {
  readonly #scpi: ScpiSession;
  readonly #name: string;
  readonly #query: string;

  constructor(scpi: ScpiSession, name: string, query: string) {
    this.#scpi = scpi;
    this.#name = name;
    this.#query = query;
  }

  identify(): Promise<Identity> {
    return this.#scpi.identity();
  }

  release(): Promise<void> {
    return this.#scpi.close();
  }

  async read(signal?: AbortSignal): Promise<ProbeReading> {
    signal?.throwIfAborted();
    const value = await this.#scpi.query(this.#query);
    if (PRINTABLE.test(value) && value !== this.#query) return { kind: 'text', value };
    throw new BenchError(
      'rig',
      `${this.#name}: awaited a word from "${this.#query}", got ${JSON.stringify(value)}`,
    );
  }
}
