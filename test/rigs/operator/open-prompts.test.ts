import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';
import { eitherOf } from '../../../rigs/operator/either.ts';
import { OpenPrompts } from '../../../rigs/operator/open-prompts.ts';
import type { Respondent } from '../../../rigs/operator/respondent.ts';
import type { Prompt } from '../../../rigs/port/operator.ts';

const START_UTC_MS = Date.UTC(2026, 0, 5);
const LAMP: Prompt = {
  id: 'lamp',
  text: 'Is the lamp lit?',
  wants: { kind: 'choice', among: ['lit', 'dark'] },
};
const HOUR_NS = 3600e9;

function page(): OpenPrompts {
  return new OpenPrompts('the page', new SimulatedClock(START_UTC_MS));
}

describe('prompts on a page', () => {
  test('stand open until somebody gives an answer that can be used', async () => {
    const prompts = page();
    const answer = prompts.answer(LAMP, HOUR_NS);
    const [open] = prompts.open();
    expect(open).toEqual({ number: 1, prompt: LAMP, untilUtcMs: START_UTC_MS + 3_600_000 });
    expect(prompts.give(1, 'green', 'Ann')).toEqual({
      kind: 'unusable',
      wanted: 'one of lit, dark',
    });
    expect(prompts.open()).toHaveLength(1);
    expect(prompts.give(1, 'LIT', 'Ann')).toEqual({ kind: 'taken' });
    expect(prompts.open()).toEqual([]);
    expect(prompts.give(1, 'dark', 'Ben')).toEqual({ kind: 'unknown' });
    expect(await answer).toEqual({ value: 'lit', by: 'Ann' });
  });

  test('are told apart when the same one is asked twice', async () => {
    const prompts = page();
    const answers = [prompts.answer(LAMP, HOUR_NS), prompts.answer(LAMP, HOUR_NS)];
    prompts.give(2, 'dark', 'Ann');
    prompts.give(1, 'lit', 'Ann');
    expect((await Promise.all(answers)).map(({ value }) => value)).toEqual(['lit', 'dark']);
  });

  test('that nobody answers end at their limit, naming what was awaited', async () => {
    await expect(page().answer(LAMP, 60e9)).rejects.toMatchObject({
      blame: 'rig',
      message:
        'the page: awaited an answer to the prompt "lamp" (Is the lamp lit?) for 1 min, nobody gave one',
    });
  });

  test('are withdrawn when the run is cancelled', async () => {
    const prompts = page();
    const cancelled = new AbortController();
    const answer = prompts.answer(LAMP, HOUR_NS, cancelled.signal);
    cancelled.abort(new Error('stopped'));
    await expect(answer).rejects.toThrow('stopped');
    expect(prompts.open()).toEqual([]);
  });
});

describe('two who are asked at once', () => {
  const silent: Respondent = { has: 'silent', answer: () => null };
  const refusing: Respondent = {
    has: 'refusing',
    answer: () => Promise.reject(new Error('its input ended')),
  };

  test('the first answer counts, and the other is not waited for', async () => {
    const [terminal, other] = [page(), page()];
    const answer = eitherOf(terminal, other).answer(LAMP, HOUR_NS);
    other.give(1, 'dark', 'Ben');
    expect(await answer).toEqual({ value: 'dark', by: 'Ben' });
    expect(terminal.open()).toEqual([]);
  });

  test('one that fails leaves it to the other', async () => {
    const other = page();
    const answer = eitherOf(refusing, other).answer(LAMP, HOUR_NS);
    other.give(1, 'lit', 'Ann');
    expect(await answer).toEqual({ value: 'lit', by: 'Ann' });
  });

  test('with no answer the reason of the first is told; with nothing to say the next is asked', async () => {
    await expect(eitherOf(refusing, page()).answer(LAMP, 1)).rejects.toThrow('its input ended');
    expect(eitherOf(silent, silent).answer(LAMP, HOUR_NS)).toBe(null);
  });
});
