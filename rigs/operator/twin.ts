import type { BenchPhysics } from '../bench/physics.ts';
import type { OperatorAnswer, Prompt } from '../port/operator.ts';
import type { Respondent } from './respondent.ts';

export interface OperatorTwinOptions {
  readonly physics: BenchPhysics;
  /** What stands on the label of the meter in the socket. */
  readonly barcode: string;
}

/**
 * The operator of a simulated bench: does what is asked at once, with hands that reach the one
 * physics, and reads the label. It has no eyes for anything else.
 */
export class OperatorTwin implements Respondent {
  readonly has = 'the simulated operator does what is asked and reads labels';
  readonly #options: OperatorTwinOptions;

  constructor(options: OperatorTwinOptions) {
    this.#options = options;
  }

  answer({ id, wants }: Prompt): Promise<OperatorAnswer> | null {
    const { physics, barcode } = this.#options;
    if (wants.kind === 'text' && id.startsWith('identity ')) return answered(barcode);
    if (wants.kind !== 'done') return null;
    const [role = '', ...rest] = id.split(' ');
    const state = rest.at(-1) ?? '';
    if (role === 'isolation-switch') physics.setSwitch(state.startsWith('close'));
    if (role === 'stimulus') physics.setStimulus(rest.slice(0, -1).join(' '), state);
    return answered('done');
  }
}

function answered(value: string): Promise<OperatorAnswer> {
  return Promise.resolve({ value, by: 'twin' });
}
