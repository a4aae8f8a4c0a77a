import { formatQuantity } from '../../devices/domain/quantity.ts';
import { NS_PER_S } from '../../devices/domain/time.ts';
import { defineDriver, type DriverContext } from '../driver/driver.ts';
import { BenchError } from '../port/bench.ts';
import type { Source } from '../port/instrument.ts';
import { refuseBeyond } from './within-limits.ts';

const PERSON_TAKES_NS = 600 * NS_PER_S;

export const manualSource = defineDriver({
  role: 'source',
  name: 'manual',
  summary: 'Any source: a person sets it and switches it.',
  reach: 'none',
  options: {},
  open: (_options, context) => Promise.resolve(new ManualSource(context)),
  safety: () => ({ deadMan: 'none', offWithinNs: null, energisesOnOpen: false }),
});

class ManualSource implements Source {
  readonly #context: DriverContext;

  constructor(context: DriverContext) {
    this.#context = context;
  }

  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  async setVoltage(milliVolts: number): Promise<void> {
    const { name, limits } = this.#context;
    const volts = { value: milliVolts, unit: 'mV' } as const;
    refuseBeyond(name, limits.milliVolts, volts);
    await this.#done('source voltage', `Set the source to ${formatQuantity(volts)}.`);
  }

  async setCurrent(milliAmps: number, powerFactorPpm: number): Promise<void> {
    const { name, limits } = this.#context;
    const amps = { value: milliAmps, unit: 'mA' } as const;
    refuseBeyond(name, limits.milliAmps, amps);
    const factor = milliAmps === 0 ? '' : ` at power factor ${powerFactorPpm / 1e6}`;
    await this.#done('source current', `Set the source to ${formatQuantity(amps)}${factor}.`);
  }

  setOutput(on: boolean): Promise<void> {
    return this.#done('source output', `Switch the output of the source ${on ? 'on' : 'off'}.`);
  }

  async outputIsOn(): Promise<boolean> {
    const prompt = {
      id: 'source output state',
      text: 'Is the output of the source on?',
      wants: { kind: 'choice', among: ['on', 'off'] },
    } as const;
    const { value, by } = await this.#context.operator.ask(prompt, PERSON_TAKES_NS);
    if (value === 'on' || value === 'off') return value === 'on';
    throw new BenchError('rig', `${prompt.id}: awaited on or off, got "${value}" from ${by}`);
  }

  async #done(id: string, text: string): Promise<void> {
    const { operator } = this.#context;
    await operator.ask({ id, text, wants: { kind: 'done' } }, PERSON_TAKES_NS);
  }
}
