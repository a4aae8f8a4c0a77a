import { z } from 'zod';
import { quantityIn, type Unit } from '../../devices/domain/quantity.ts';
import { NS_PER_MINUTE } from '../../devices/domain/time.ts';
import { defineDriver } from '../driver/driver.ts';
import { BenchError } from '../port/bench.ts';
import type { Operator, Prompt } from '../port/operator.ts';
import type { Probe, ProbeReading } from '../port/probe.ts';
import { declaredUncertainty } from './declared.ts';

/** Shorter than the run's patience with a step that reads a probe. */
const READ_WITHIN_NS = 2 * NS_PER_MINUTE;

export const manualProbe = defineDriver({
  role: 'probe',
  name: 'manual',
  summary: 'The operator reads it off: a display, a lamp, a thermometer.',
  reach: 'none',
  options: {
    asks: z.string().min(1).describe('The question, as one sentence.'),
    unit: z
      .string()
      .refine((spelling) => quantityIn(0, spelling) !== undefined, {
        error: ({ input }) => `"${String(input)}" is no unit that is known here: V, °C, %, s, ...`,
      })
      .optional()
      .describe('Of the number that is wanted; a text when not given.'),
    among: z.array(z.string().min(1)).min(2).optional().describe('The words that it may show.'),
  },
  open({ asks, unit, among }, { name, operator, instrument }) {
    const uncertainty =
      unit === undefined ? null : declaredUncertainty(name, unitOf(unit), instrument);
    return Promise.resolve(
      new ManualProbe(operator, { id: name, text: asks, wants: wants(unit, among) }, uncertainty),
    );
  },
});

function wants(unit: string | undefined, among: readonly string[] | undefined): Prompt['wants'] {
  if (unit !== undefined) return { kind: 'number', unit };
  return among === undefined ? { kind: 'text' } : { kind: 'choice', among };
}

function unitOf(spelling: string): Unit {
  return quantityIn(0, spelling)?.unit ?? 'count';
}

/** The prompt's id is the probe's name: "probe display". */
class ManualProbe implements Probe {
  readonly #operator: Operator;
  readonly #prompt: Prompt;
  readonly #expandedUncertainty: number | null;

  constructor(operator: Operator, prompt: Prompt, expandedUncertainty: number | null) {
    this.#operator = operator;
    this.#prompt = prompt;
    this.#expandedUncertainty = expandedUncertainty;
  }

  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  async read(signal?: AbortSignal): Promise<ProbeReading> {
    const { wants: wanted, id } = this.#prompt;
    const { value } = await this.#operator.ask(this.#prompt, READ_WITHIN_NS, signal);
    if (wanted.kind !== 'number') return { kind: 'text', value };
    const quantity = quantityIn(Number(value), wanted.unit);
    if (quantity === undefined) {
      throw new BenchError('rig', `${id}: awaited a number in ${wanted.unit}, got "${value}"`);
    }
    return { kind: 'number', ...quantity, expandedUncertainty: this.#expandedUncertainty };
  }
}
