import { describe, expect, test } from 'vitest';
import { loadAnswers } from '../../../harness/main/rig-files.ts';
import { AnswersFile } from '../../../rigs/operator/answers.ts';
import { recordedOperator } from '../../../rigs/operator/recorded.ts';
import { operatorOf, type Respondent } from '../../../rigs/operator/respondent.ts';
import type { ObservationBody } from '../../../rigs/port/observation.ts';
import type { Prompt } from '../../../rigs/port/operator.ts';

const FILE = 'night.answers.yaml';

function answersOf(text: string): AnswersFile {
  const answers = loadAnswers(FILE, text);
  if (!answers.ok) throw new Error(answers.mistakes.map(({ message }) => message).join());
  return new AnswersFile(FILE, answers.value);
}

function prompt(id: string, wants: Prompt['wants'] = { kind: 'text' }): Prompt {
  return { id, text: 'A question?', wants };
}

const ask = (respondents: readonly Respondent[], asked: Prompt) =>
  operatorOf(respondents).ask(asked, 1e9);

describe('an answers file', () => {
  const map = answersOf(
    'by: Ann\nanswers:\n  identity A1: 60012345\n  "isolation-switch *": done\n  "probe *": 23.5\n',
  );

  test('answers by the id of the prompt, and by a pattern', async () => {
    expect(await ask([map], prompt('identity A1'))).toEqual({ value: '60012345', by: 'Ann' });
    const done = prompt('isolation-switch open', { kind: 'done' });
    expect(await ask([map], done)).toEqual({ value: 'done', by: 'Ann' });
    const number = prompt('probe warmth', { kind: 'number', unit: '°C' });
    expect(await ask([map], number)).toEqual({ value: '23.5', by: 'Ann' });
  });

  test('as a list has answers of several people, of which the first that fits counts', async () => {
    const list = answersOf(
      'answers:\n  - { prompt: a.c, answer: one, by: Ben }\n  - { prompt: "a*", answer: two }\n',
    );
    expect(await ask([list], prompt('a.c'))).toEqual({ value: 'one', by: 'Ben' });
    expect(await ask([list], prompt('abc'))).toEqual({ value: 'two', by: 'answers file' });
  });

  test('leaves what it has not to the next, and the last names prompt and file', async () => {
    const next: Respondent = {
      has: 'the next has b',
      answer: ({ id }) => (id === 'b' ? Promise.resolve({ value: 'x', by: 'next' }) : null),
    };
    expect(await ask([map, next], prompt('b'))).toEqual({ value: 'x', by: 'next' });
    await expect(ask([map, next], prompt('c'))).rejects.toMatchObject({
      blame: 'rig',
      message:
        'operator: awaited an answer to the prompt "c" (A question?), nobody has one: ' +
        `${FILE} answers "identity A1", "isolation-switch *", "probe *"; the next has b`,
    });
    await expect(ask([], prompt('c'))).rejects.toThrow(/neither an answers file nor a terminal/);
  });

  test('with an answer that cannot be used fails, and does not ask the next', async () => {
    const number = prompt('identity A1', { kind: 'choice', among: ['red', 'green'] });
    await expect(ask([map], number)).rejects.toThrow(
      `${FILE}: awaited one of red, green as the answer to the prompt "identity A1" (A question?), got "60012345"`,
    );
  });

  test.each([
    ['answers: 3\n', 1, 10],
    ['by: Ann\nanswers:\n  a: [1]\n', 3, 6],
    ['answers:\n  - { prompt: a }\n', 2, 5],
    ['answers: {}\nwho: Ann\n', 2, 1],
  ])('with a mistake is told where it stands: %j', (text, line, column) => {
    const answers = loadAnswers(FILE, text);
    expect(answers.ok ? [] : answers.mistakes).toMatchObject([{ file: FILE, line, column }]);
  });
});

test('whoever asks leaves the answer as an observation; what nobody answered leaves none', async () => {
  const seen: ObservationBody[] = [];
  const answers = answersOf('answers: { a: x }\n');
  const operator = recordedOperator(operatorOf([answers]), (one) => seen.push(one));
  await operator.ask(prompt('a'), 1e9);
  await expect(operator.ask(prompt('b'), 1e9)).rejects.toThrow('nobody');
  expect(seen).toEqual([
    { kind: 'prompt', id: 'a', text: 'A question?', answer: 'x', by: 'answers file' },
  ]);
});
