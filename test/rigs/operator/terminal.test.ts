import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { WallClock } from '../../../rigs/clock/wall.ts';
import { Terminal } from '../../../rigs/operator/terminal.ts';
import type { Prompt } from '../../../rigs/port/operator.ts';

const MINUTE = 60e9;
const DONE: Prompt = {
  id: 'isolation-switch open',
  text: 'Open the switch.',
  wants: { kind: 'done' },
};
const WARMTH: Prompt = {
  id: 'probe warmth',
  text: 'How warm is it?',
  wants: { kind: 'number', unit: '°C' },
};

/** A terminal with a person of whom every word is known. */
function seated() {
  const input = new PassThrough();
  const output = new PassThrough();
  const hushed: string[] = [];
  const quiet = () => {
    hushed.push('hush');
    return () => {
      hushed.push('speak');
    };
  };
  const terminal = new Terminal({ input, output, clock: new WallClock(), by: 'Ann', quiet });
  /** Everything that was written until the terminal is left. */
  const shown = async () => {
    terminal.close();
    output.end();
    return text(output);
  };
  return { terminal, input, output, hushed, shown };
}

/** Until the terminal has written a text: what is typed before a question answers nothing. */
async function until(output: PassThrough, pattern: RegExp): Promise<void> {
  let seen = '';
  while (!pattern.test(seen)) {
    const chunk = output.read() as Buffer | null;
    if (chunk === null) await new Promise((resolve) => output.once('readable', resolve));
    else seen += chunk.toString();
  }
}

test('Enter says that it is done, and the name of who sits there goes with it', async () => {
  const { terminal, input, shown } = seated();
  const answer = terminal.answer(DONE, MINUTE);
  input.write('\n');
  expect(await answer).toEqual({ value: 'done', by: 'Ann' });
  expect(await shown()).toContain('Open the switch.\n[isolation-switch open] Enter when');
});

test('an answer that cannot be used is told, and the question comes again', async () => {
  const { terminal, input, output } = seated();
  const answer = terminal.answer(WARMTH, MINUTE);
  // Of two lines at once the second answers nothing: the question has not come again yet.
  input.write('warm\n7\n');
  await until(output, /cannot be used; a number in °C is wanted\.\n\[probe warmth\]/);
  input.write('23,5\n');
  expect(await answer).toEqual({ value: '23.5', by: 'Ann' });
});

test('prompts come one at a time, in the order in which they were asked', async () => {
  const { terminal, input, output, hushed } = seated();
  const first = terminal.answer(DONE, MINUTE);
  const second = terminal.answer(WARMTH, MINUTE);
  await until(output, /\[isolation-switch open\]/);
  expect(output.read()).toBeNull();
  input.write('\n');
  await first;
  await until(output, /\[probe warmth\]/);
  input.write('-4 °C\n');
  expect(await second).toEqual({ value: '-4', by: 'Ann' });
  expect(hushed).toEqual(['hush', 'speak', 'hush', 'speak']);
});

test('nobody who answers in time is told with prompt and limit, and what is typed later is lost', async () => {
  const { terminal, input, output } = seated();
  await expect(terminal.answer(DONE, 1e6)).rejects.toMatchObject({
    blame: 'rig',
    message: expect.stringMatching(
      /prompt "isolation-switch open" \(Open the switch\.\) for 1 ms, nothing was typed/,
    ),
  });
  input.write('too late\n');
  const next = terminal.answer({ ...DONE, id: 'x', wants: { kind: 'text' } }, MINUTE);
  await until(output, /\[x\]/);
  input.write('in time\n');
  expect(await next).toMatchObject({ value: 'in time' });
});

test('a run that is cancelled stops asking, with its own reason', async () => {
  const { terminal, hushed } = seated();
  const cancelled = new AbortController();
  const asked = terminal.answer(DONE, MINUTE, cancelled.signal);
  cancelled.abort(new Error('interrupted by SIGINT'));
  await expect(asked).rejects.toThrow('interrupted by SIGINT');
  expect(hushed.at(-1)).not.toBe('hush');
});

test('an input that ends is nobody', async () => {
  const { terminal, input } = seated();
  const asked = terminal.answer(DONE, MINUTE);
  input.end();
  await expect(asked).rejects.toThrow(/its input ended/);
  await expect(terminal.answer(DONE, MINUTE)).rejects.toMatchObject({ blame: 'rig' });
});
