import { describe, expect, test } from 'vitest';
import { instabilityPpm, movedText, spreadsOf } from '../../../rigs/bench/stability.ts';
import type { Electrical } from '../../../rigs/port/instrument.ts';

const at = (change: Partial<Electrical>): Electrical => ({
  milliVolts: 240_000,
  milliAmps: 30_000,
  powerFactorPpm: 1_000_000,
  milliHertz: 60_000,
  ...change,
});

test('the spread of each quantity is in proportion to its middle', () => {
  const spreads = spreadsOf([at({}), at({ milliVolts: 240_240 }), at({ milliHertz: 59_940 })]);
  expect(spreads.map(({ quantity, ppm }) => [quantity, Math.round(ppm)])).toEqual([
    ['milliVolts', 1_000],
    ['milliAmps', 0],
    ['powerFactorPpm', 0],
    ['milliHertz', 1_001],
  ]);
});

test('what a standard cannot measure is not watched', () => {
  const only = { milliAmps: null, powerFactorPpm: null, milliHertz: null };
  expect(spreadsOf([at(only)]).map(({ quantity }) => quantity)).toEqual(['milliVolts']);
});

describe('a gate counts when nothing moved beyond the tolerance', () => {
  test.each([
    [{ milliVolts: 240_239 }, null],
    [{ milliVolts: 240_300 }, 'voltage moved by 0.125 % (240 to 240.3 V)'],
    [{ milliAmps: 29_900 }, 'current moved by 0.334 % (29.9 to 30 A)'],
    [{ powerFactorPpm: 990_000 }, 'power factor moved by 1.01 % (0.99 to 1)'],
    [{ milliHertz: 60_100 }, 'frequency moved by 0.167 % (60 to 60.1 Hz)'],
  ])('%o', (change, text) => {
    expect(movedText(spreadsOf([at({}), at(change)]), 1_000)).toBe(text);
  });

  test('a current that is not there has not moved, and one that vanishes has', () => {
    expect(movedText(spreadsOf([at({ milliAmps: 0 }), at({ milliAmps: 0 })]), 1_000)).toBeNull();
    expect(movedText(spreadsOf([at({}), at({ milliAmps: 0 })]), 1_000)).toContain('current');
  });
});

test('a moving source adds half of the spread of its power, rectangular; frequency is no power', () => {
  const spreads = spreadsOf([
    at({}),
    at({ milliVolts: 240_240, milliAmps: 30_030, milliHertz: 60_500 }),
  ]);
  expect(instabilityPpm(spreads)).toBeCloseTo(1_999 / 2 / Math.sqrt(3), 0);
});
