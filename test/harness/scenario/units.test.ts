import { expect, test } from 'vitest';
import { GOOD, mistakeAfter, mistakesIn } from './good-scenario.ts';

test.each([
  ['abs(measured.deviation) > 5.0', '5.0 has no unit', 'quantity("5 s")?'],
  ['abs(measured.deviation) > 2e9', '2e9 has no unit', 'quantity("2 s")?'],
  ['-measured.deviation + 3 < lower', '3 has no unit', 'quantity("3 s")?'],
  ['measured.deviation == repeats * 2.0', 'repeats * 2.0 has no unit', 'a duration is needed'],
  ['lower - quantity("1 A") > 0.0', 'a duration and a current', 'cannot be compared or added'],
  ['lower > quantity("5 sec")', '"5 sec" is not a quantity', ''],
])('units that do not agree are told: %s', (expression, ...parts) => {
  const { message } = mistakeAfter('abs(measured.deviation) >= lower', expression);
  for (const part of parts) expect(message).toContain(part);
});

test.each([
  'abs(measured.deviation) > 0',
  'measured.deviation * 2.0 > lower / 3',
  'lower / quantity("1 s") > 3.0',
  'lower > quantity("5 s") && repeats > 2.0',
  '(enabled ? lower : quantity("1 min")) > measured.deviation',
])('units that agree are no mistake: %s', (expression) => {
  const text = GOOD.replace('when: abs(measured.deviation) >= lower', `when: '${expression}'`);
  expect(mistakesIn(text).map(({ message }) => message)).toEqual([]);
});

test('a bare number in an expression is pointed at', () => {
  const { line, column } = mistakeAfter('>= lower', '>= 5.0');
  expect([line, column]).toEqual([15, 38]);
});

test('an expression is left alone for a parameter that it names, not for a part of a word', () => {
  const text = GOOD.replace('lower: 5 s,', 'lower: 5 s, low: 5 mins,').replace(
    '>= lower',
    '>= 5.0',
  );
  expect(mistakesIn(text).map(({ message }) => message)).toEqual([
    expect.stringContaining('"5 mins"'),
    expect.stringContaining('5.0 has no unit'),
  ]);
});
