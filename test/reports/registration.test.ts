import { describe, expect, test } from 'vitest';
import { averageRegistrations, registrationPercent } from '../../reports/registration.ts';

test('registration is 100 % plus the error', () => {
  expect(registrationPercent(-2_500)).toBe(99.75);
});

const ALL = new Map([
  ['full load', 100.4],
  ['light load', 99.4],
  ['0.5 lag', 101.1],
  ['load', 7],
] as const);
const without = (kind: string) => new Map([...ALL].filter(([own]) => own !== kind));

describe('average registration', () => {
  test('weighs full load, light load and 0.5 lag as each formula says', () => {
    const averages = averageRegistrations(ALL).map(({ formula, percent }) => [
      formula,
      Number(percent.toFixed(6)),
    ]);
    expect(averages).toEqual([
      ['(4 FL + LL)/5', 100.2],
      ['(FL + LL)/2', 99.9],
      ['(4 FL + 2 LL + PF)/7', Number(((4 * 100.4 + 2 * 99.4 + 101.1) / 7).toFixed(6))],
    ]);
  });

  test('is not made where a load point of its formula was not measured', () => {
    expect(averageRegistrations(without('light load'))).toEqual([]);
    expect(averageRegistrations(without('0.5 lag')).map(({ formula }) => formula)).toEqual([
      '(4 FL + LL)/5',
      '(FL + LL)/2',
    ]);
  });
});
