import { BenchError } from '../../../rigs/port/bench.ts';
import type { Operator, OperatorAnswer, Prompt } from '../../../rigs/port/operator.ts';

/** A person who has all answers on paper, and remembers what was asked. */
export class AnsweringOperator implements Operator {
  readonly asked: Prompt[] = [];
  readonly #answers: Readonly<Record<string, string>>;

  constructor(answers: Readonly<Record<string, string>>) {
    this.#answers = answers;
  }

  ask(prompt: Prompt): Promise<OperatorAnswer> {
    this.asked.push(prompt);
    const value = this.#answers[prompt.id];
    if (value !== undefined) return Promise.resolve({ value, by: 'paper' });
    return Promise.reject(new BenchError('rig', `nobody answers: ${prompt.id}`));
  }
}
