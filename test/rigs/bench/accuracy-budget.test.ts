import { expect, test } from 'vitest';
import { accuracyBudget, type Compared } from '../../../rigs/bench/accuracy-budget.ts';
import type { Comparison } from '../../../rigs/port/instrument.ts';

const gate = (errorPpm: number, more: Partial<Comparison> = {}): Comparison => ({
  errorPpm,
  pulses: 25,
  meterMilliWattHours: 25_000,
  referenceMilliWattHours: 25_000,
  gateNs: 25e9,
  resolutionPpm: 1,
  typed: false,
  ...more,
});

const COMPARED: Compared = {
  standard: { uncertaintyPpm: 200, coverageFactor: 2 },
  comparisons: [gate(100), gate(103), gate(106)],
  spreads: [[], [], []],
  warmth: null,
};

const spread = (ppm: number) => [{ quantity: 'milliVolts', least: 1, most: 2, ppm }] as const;

function lines(change: Partial<Compared>): Readonly<Record<string, number>> {
  const budget = accuracyBudget({ ...COMPARED, ...change });
  return Object.fromEntries(
    budget.map(({ source, standardUncertainty }) => [source, standardUncertainty]),
  );
}

test('certificate over k, resolution as a rectangle, s(n-1) over the root of n', () => {
  const own = lines({});
  expect(own['reference standard, certificate']).toBe(100);
  expect(own['resolution of the result']).toBeCloseTo(1 / Math.sqrt(12));
  expect(own['repeatability s/sqrt(n)']).toBeCloseTo(3 / Math.sqrt(3));
  const repeats = accuracyBudget(COMPARED).find(({ source }) => source.startsWith('repeat'));
  expect(repeats?.degreesOfFreedom).toBe(2);
});

test('a count of the reference weighs by its share of the smallest gate', () => {
  const count = { countMilliWattHours: 1 };
  const small = gate(100, { ...count, referenceMilliWattHours: 5_000 });
  const own = lines({ comparisons: [gate(100, count), small, gate(100, count)] });
  expect(own['one count of the reference']).toBeCloseTo(200 / Math.sqrt(3));
  expect(lines({})).not.toHaveProperty('one count of the reference');
});

test('the gate in which the source moved most counts', () => {
  const own = lines({ spreads: [spread(100), spread(600), spread(0)] });
  expect(own['movement of the source in a gate']).toBeCloseTo(300 / Math.sqrt(3));
});

test('temperature counts by its distance from where the certificate holds, and by the probe', () => {
  const warmth = {
    celsius: 27,
    uncertaintyKelvin: 1,
    referenceCelsius: 23,
    coefficientPpmPerKelvin: 20,
  };
  expect(lines({ warmth })['temperature of the standard']).toBeCloseTo(100 / Math.sqrt(3));
  expect(lines({})).not.toHaveProperty('temperature of the standard');
});
