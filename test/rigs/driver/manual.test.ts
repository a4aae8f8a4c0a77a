import { expect, test } from 'vitest';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';
import { manualSwitch } from '../../../rigs/isolation/manual.ts';
import { BenchError } from '../../../rigs/port/bench.ts';
import type { Operator } from '../../../rigs/port/operator.ts';
import { contextOf } from './context.ts';
import {
  obedienceOf,
  OBEYS,
  OBEYS_WITHOUT_A_WORD,
  type SwitchUnderTest,
  wordOfFaulty,
} from './switch-contract.ts';

interface Person extends SwitchUnderTest {
  readonly asked: string[];
}

/** A bench with a person who takes two seconds for each thing. */
async function person(readback: 'none' | 'state', change: Partial<Operator> = {}): Promise<Person> {
  const clock = new SimulatedClock(Date.UTC(2026, 0, 5));
  const asked: string[] = [];
  let contact: 'open' | 'closed' = 'open';
  const operator: Operator = {
    ask: async ({ id }) => {
      asked.push(id);
      await clock.sleepUntil(clock.nowNs() + 2e9);
      if (id === 'isolation-switch open') contact = 'open';
      if (id === 'isolation-switch close') contact = 'closed';
      return { value: id === 'isolation-switch state' ? contact : 'done', by: 'test' };
    },
    ...change,
  };
  const context = contextOf({ name: 'isolation switch', clock, operator, readback });
  return {
    instrument: await manualSwitch.open({}, context),
    contact: () => contact,
    nowNs: () => clock.nowNs(),
    settled: () => Promise.resolve(),
    asked,
  };
}

test('asks the operator to close and to open, and for the state', async () => {
  const bench = await person('state');
  expect(await obedienceOf(bench)).toEqual(OBEYS);
  const [close, open, state] = ['close', 'open', 'state'].map((what) => `isolation-switch ${what}`);
  expect(bench.asked).toEqual([close, state, open, state]);
});

test('does not ask for the state where the rig file wants none', async () => {
  const bench = await person('none');
  expect(await obedienceOf(bench)).toEqual(OBEYS_WITHOUT_A_WORD);
  expect(bench.asked).not.toContain('isolation-switch state');
});

test.each([
  ['says something else', () => Promise.resolve({ value: 'perhaps', by: 'test' })],
  ['is not there', () => Promise.reject(new BenchError('rig', 'nobody answered for 10 min'))],
])('an operator who %s is never believed wrongly', async (_what, ask) => {
  expect(await wordOfFaulty(await person('state', { ask }))).toBe('rig');
});

test('no time is promised, and a person has minutes to take a bench back', async () => {
  expect(manualSwitch.safety?.({})).toMatchObject({ offWithinNs: null, deadMan: 'none' });
  const { instrument } = await person('none');
  expect(instrument.opensWithinNs).toBeGreaterThanOrEqual(60e9);
  expect((await instrument.open()).uncertaintyNs).toBeGreaterThanOrEqual(1e9);
});
