import { BenchError } from '../port/bench.ts';
import type { Operator, OperatorAnswer, Prompt } from '../port/operator.ts';

/** Somebody who may have an answer: an answers file, a person at a terminal, the twin of one. */
export interface Respondent {
  /** Null when it has none for this prompt. @throws BenchError (rig) as {@link Operator.ask} does */
  answer(prompt: Prompt, limitNs: number, signal?: AbortSignal): Promise<OperatorAnswer> | null;
  /** What it could have answered, for the message when nobody answers: "answers.yaml has identity A1". */
  readonly has: string;
}

/** An operator who asks one respondent after the other; with none there is nobody. */
export function operatorOf(respondents: readonly Respondent[]): Operator {
  return {
    ask(prompt, limitNs, signal) {
      for (const respondent of respondents) {
        const answer = respondent.answer(prompt, limitNs, signal);
        if (answer !== null) return answer;
      }
      const had = respondents.map(({ has }) => has);
      return Promise.reject(new BenchError('rig', unanswered(prompt, had)));
    },
  };
}

function unanswered({ id, text }: Prompt, had: readonly string[]): string {
  const why = had.length === 0 ? 'there is neither an answers file nor a terminal' : had.join('; ');
  return `operator: awaited an answer to the prompt "${id}" (${text}), nobody has one: ${why}`;
}
