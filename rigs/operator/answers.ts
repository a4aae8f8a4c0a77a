import { z } from 'zod';
import { BenchError } from '../port/bench.ts';
import type { OperatorAnswer, Prompt } from '../port/operator.ts';
import type { Respondent } from './respondent.ts';
import { usableAnswer, wantedText } from './usable-answer.ts';

/** Answers that were written down before a run, so that it needs nobody. */

const value = z
  .union([z.string().min(1), z.number(), z.boolean()], { error: () => 'a text or a number' })
  .transform(String);

const id = z
  .string({ error: () => 'the id of a prompt, such as "identity A1" or "probe *"' })
  .min(1)
  .describe('Id of a prompt; * stands for anything.');

const by = z.string().min(1).describe('Who answers: stands in journal and reports.');

const listed = z.strictObject({ prompt: id, answer: value, by: by.optional() });

/** An answers file: a map from prompt ids to answers, or a list where some are by somebody else. */
export const answersSchema = z
  .strictObject({
    by: by.optional(),
    answers: z.union([z.record(id, value), z.array(listed).min(1)], {
      error: () => 'a map from ids of prompts to answers, or a list of {prompt, answer}',
    }),
  })
  .transform(({ by: everybody = 'answers file', answers }): readonly WrittenAnswer[] => {
    const list = Array.isArray(answers)
      ? answers
      : Object.entries(answers).map(([prompt, answer]) => ({ prompt, answer, by: undefined }));
    return list.map(({ prompt, answer, by: one }) => ({ prompt, answer, by: one ?? everybody }));
  });

export interface WrittenAnswer {
  /** Id of the prompts that it answers; * stands for anything. */
  readonly prompt: string;
  readonly answer: string;
  readonly by: string;
}

/** The answers of a file; of several that fit the first counts. */
export class AnswersFile implements Respondent {
  readonly has: string;
  readonly #file: string;
  readonly #answers: readonly WrittenAnswer[];

  /** @param file as messages call it */
  constructor(file: string, answers: readonly WrittenAnswer[]) {
    this.#file = file;
    this.#answers = answers;
    this.has = `${file} answers ${answers.map(({ prompt }) => `"${prompt}"`).join(', ')}`;
  }

  answer(prompt: Prompt): Promise<OperatorAnswer> | null {
    const found = this.#answers.find((one) => fits(one.prompt, prompt.id));
    if (found === undefined) return null;
    const answer = usableAnswer(prompt.wants, found.answer);
    if (answer !== null) return Promise.resolve({ value: answer, by: found.by });
    return Promise.reject(
      new BenchError(
        'rig',
        `${this.#file}: awaited ${wantedText(prompt.wants)} as the answer to the prompt ` +
          `"${prompt.id}" (${prompt.text}), got "${found.answer}"`,
      ),
    );
  }
}

function fits(pattern: string, prompt: string): boolean {
  const parts = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(prompt);
}
