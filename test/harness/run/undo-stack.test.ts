import { expect, test } from 'vitest';
import { UndoStack, type Undone } from '../../../harness/run/undo-stack.ts';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';

test('undos run last-first, all of them, even when some fail or hang', async () => {
  const clock = new SimulatedClock(0);
  const stack = new UndoStack(clock);
  const ran: string[] = [];
  const undo = (name: string, run: () => Promise<string>) => ({
    name,
    budgetNs: 5e9,
    run: () => {
      ran.push(name);
      return run();
    },
  });
  stack.register(undo('switch', () => Promise.resolve('reads 0 V')));
  stack.register(undo('source', () => Promise.reject(new Error('no answer'))));
  stack.register(undo('current', () => new Promise(() => undefined)));
  const told: Undone[] = [];
  expect(await stack.run((undone) => told.push(undone))).toBe('failed');
  expect(ran).toEqual(['current', 'source', 'switch']);
  expect(told).toEqual([
    { name: 'current', outcome: 'failed', detail: 'not done within its budget of 5 s' },
    { name: 'source', outcome: 'failed', detail: 'no answer' },
    { name: 'switch', outcome: 'verified', detail: 'reads 0 V' },
  ]);
  expect(stack.size).toBe(0);
});

test('an undo is registered once under its name', async () => {
  const stack = new UndoStack(new SimulatedClock(0));
  let runs = 0;
  const run = (): Promise<string> => Promise.resolve(`${++runs}`);
  stack.register({ name: 'switch', budgetNs: 1, run });
  stack.register({ name: 'switch', budgetNs: 1, run });
  expect(await stack.run(() => undefined)).toBe('verified');
  expect(runs).toBe(1);
});

test('what was commanded and cannot be shown is told so, and is worse than verified', async () => {
  const stack = new UndoStack(new SimulatedClock(0));
  const told: Undone[] = [];
  stack.register({ name: 'switch', budgetNs: 1e9, run: async () => ({ unverified: 'commanded' }) });
  stack.register({ name: 'source', budgetNs: 1e9, run: async () => 'off' });
  expect(await stack.run((undone) => told.push(undone))).toBe('unverified');
  expect(told.at(-1)).toEqual({ name: 'switch', outcome: 'unverified', detail: 'commanded' });
});
