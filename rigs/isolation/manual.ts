import { NS_PER_MINUTE, NS_PER_S } from '../../devices/domain/time.ts';
import { defineDriver } from '../driver/driver.ts';
import { instantUncertaintyNs } from '../driver/instrument-block.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { ContactMoved, IsolationSwitch } from '../port/instrument.ts';
import type { Operator, Prompt } from '../port/operator.ts';

/** A switch that a person moves when the bench asks; no outage is timed by it. */

/** Assumed: who confirms does so within a second of moving it. */
const CONFIRMED_WITHIN_NS = NS_PER_S;
/** A person may have to be fetched. */
const ANSWER_WITHIN_NS = 10 * NS_PER_MINUTE;

export const manualSwitch = defineDriver({
  role: 'isolation-switch',
  name: 'manual',
  summary: 'The operator opens and closes a switch when asked.',
  reach: 'none',
  options: {},
  open: (_options, { name, operator, clock, instrument, readback }) =>
    Promise.resolve(
      new ManualSwitch({
        name,
        operator,
        clock,
        uncertaintyNs: instantUncertaintyNs(instrument, CONFIRMED_WITHIN_NS),
        readback,
      }),
    ),
  safety: () => ({ deadMan: 'none', offWithinNs: null, energisesOnOpen: false }),
});

interface ManualOptions {
  readonly name: string;
  readonly operator: Operator;
  readonly clock: Clock;
  readonly uncertaintyNs: number;
  readonly readback: 'none' | 'state';
}

class ManualSwitch implements IsolationSwitch {
  readonly opensWithinNs = ANSWER_WITHIN_NS;
  readonly #options: ManualOptions;

  constructor(options: ManualOptions) {
    this.#options = options;
  }

  /** A person is not asked who a switch is: the rig file says it. */
  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  open(): Promise<ContactMoved> {
    return this.#move('open');
  }

  close(): Promise<ContactMoved> {
    return this.#move('close');
  }

  async #move(what: 'open' | 'close'): Promise<ContactMoved> {
    const { name, clock, uncertaintyNs } = this.#options;
    await this.#ask({
      id: `isolation-switch ${what}`,
      text: `${name}: ${what} it now, then confirm at once.`,
      wants: { kind: 'done' },
    });
    return { atNs: clock.nowNs(), uncertaintyNs };
  }

  async readBack(): Promise<'open' | 'closed' | null> {
    const { name, readback } = this.#options;
    if (readback === 'none') return null;
    const { value } = await this.#ask({
      id: 'isolation-switch state',
      text: `${name}: look at its contact. Is it open or closed?`,
      wants: { kind: 'choice', among: ['open', 'closed'] },
    });
    if (value === 'open' || value === 'closed') return value;
    throw new BenchError(
      'rig',
      `${name}: awaited "open" or "closed", got ${JSON.stringify(value)}`,
    );
  }

  #ask(prompt: Prompt) {
    return this.#options.operator.ask(prompt, ANSWER_WITHIN_NS);
  }
}
