import { expect, test } from 'vitest';
import { makeSafe } from '../../../rigs/guardian/make-safe.ts';
import { modbusRtu } from '../../../rigs/isolation/modbus-rtu.ts';
import { farEnd } from '../driver/far-end.ts';

const openStandard = () => Promise.resolve(null);

test('a board that closes again by its own timer is safe only when the timer is over', async () => {
  const options = { address: 1, coil: 0, timer: 'waveshare' };
  const context = { readback: 'state' } as const;
  const board = await farEnd(modbusRtu, options, 'simulated', { context });
  const { instrument: isolation, physics, clock } = board;
  physics.feedFromHouse(240_000);
  await isolation.close();
  await isolation.openFor?.(60e9);
  const startedNs = clock.nowNs();
  const { outcome, steps } = await makeSafe({ isolation, source: null, openStandard }, clock);
  expect(outcome).toBe('verified');
  expect(steps.map((step) => step.outcome)).toEqual(['done', 'done']);
  expect(clock.nowNs() - startedNs).toBeGreaterThan(59e9);
  // Whoever goes now leaves a dead socket behind.
  await isolation.release();
  await clock.sleepUntil(clock.nowNs() + 120e9);
  expect(physics.terminals.milliVolts).toBe(0);
  await board.close();
});
