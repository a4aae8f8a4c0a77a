import { expect, test } from 'vitest';
import { makeSafe } from '../../../rigs/guardian/make-safe.ts';
import { guardedTwins } from './guarded-twins.ts';

/** When the socket was dead, from the beginning, ms. */
function deadAfterMs(twins: Awaited<ReturnType<typeof guardedTwins>>): () => number {
  const { clock, physics } = twins;
  const startNs = clock.nowNs();
  let atMs = Number.POSITIVE_INFINITY;
  physics.onTerminals(({ milliVolts }) => {
    if (milliVolts === 0) atMs = Math.min(atMs, (clock.nowNs() - startNs) / 1e6);
  });
  return () => atMs;
}

test('current to zero, source off, switch open, in that order, and shown by the standard', async () => {
  const twins = await guardedTwins();
  const dead = deadAfterMs(twins);
  const made = await makeSafe(twins.parts, twins.clock);
  expect(made.outcome).toBe('verified');
  expect(made.steps.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual([
    'current to zero: done',
    'source output off: done',
    'isolation switch open: done',
    'verify: done',
  ]);
  expect(made.steps.at(-1)?.detail).toBe('standard reads 0.0 V at the socket');
  expect(dead()).toBeLessThan(250);
});

test('a source that does not answer keeps the switch waiting for a moment, and no longer', async () => {
  const twins = await guardedTwins({ source: 'dead' });
  const dead = deadAfterMs(twins);
  const made = await makeSafe(twins.parts, twins.clock);
  expect(dead()).toBeGreaterThan(150);
  expect(dead()).toBeLessThan(250);
  expect(made.outcome).toBe('verified');
  expect(made.steps.find(({ name }) => name === 'current to zero')?.outcome).toBe('failed');
});

test('a stuck switch behind a source that does not go off is not safe', async () => {
  const twins = await guardedTwins({ source: 'dead' });
  twins.physics.stickSwitch();
  const { parts, clock, physics } = twins;
  const made = await makeSafe({ ...parts, source: null }, clock);
  expect(physics.terminals.milliVolts).toBe(240_000);
  expect(made.outcome).toBe('failed');
  expect(made.steps.at(-1)?.detail).toBe('the standard still reads 240.0 V at the socket');
});

test.each(['upstream', 'none'] as const)(
  'what nothing can show is unverified, never verified (standard %s)',
  async (standard) => {
    const { parts, clock, physics } = await guardedTwins({}, standard);
    const made = await makeSafe(parts, clock);
    expect(physics.terminals.milliVolts).toBe(0);
    expect(made.outcome).toBe('unverified');
  },
);

test('a standard that does not answer proves nothing', async () => {
  const { parts, clock } = await guardedTwins({ 'reference-standard': 'garbage' });
  expect((await makeSafe(parts, clock)).outcome).toBe('failed');
});
