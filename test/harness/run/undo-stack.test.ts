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
  expect(await stack.run((undone) => told.push(undone))).toBe(false);
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
  expect(await stack.run(() => undefined)).toBe(true);
  expect(runs).toBe(1);
});
