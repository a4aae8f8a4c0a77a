import { expect, test } from 'vitest';
import { loadScenario } from '../../../harness/scenario/load.ts';
import { projectCatalogue } from '../plan/abilities.ts';
import { GOOD, mistakeAfter, mistakesIn } from './good-scenario.ts';

const catalogue = projectCatalogue();

test('a scenario without mistakes is loaded under its family and name', () => {
  const loaded = loadScenario('scenarios/clock/read.yaml', GOOD, catalogue);
  expect(loaded.ok && loaded.value.key).toBe('clock/read');
  expect(loaded.ok && loaded.value.position(['steps', 1])).toEqual({
    file: 'scenarios/clock/read.yaml',
    line: 6,
    column: 5,
  });
});

test('five different mistakes in a file of somebody else are five mistakes at their places', () => {
  const text = GOOD.replace('covers: [CLK-01]', 'covers: [CLK-91]')
    .replace('off-by: $lower', 'off-by: $lowr')
    .replace('do: measure-clock', 'do: measure-clok')
    .replace('for: 5 min', 'for: 5')
    .replace('    control: { message: heartbeat, within: 2 min }\n', '');
  const mistakes = mistakesIn(text);
  expect(mistakes.map(({ line, column }) => `${line}:${column}`)).toEqual([
    '2:10',
    '8:21',
    '9:9',
    '17:5',
    '19:10',
  ]);
  expect(mistakes.map(({ message }) => message)).toEqual([
    'unknown requirement CLK-91',
    'unknown parameter $lowr',
    'unknown do: "measure-clok"',
    expect.stringContaining('the key control is missing'),
    '5 has no unit; a duration is needed: "5 s"?',
  ]);
  expect(mistakes.map(({ suggestion }) => suggestion)).toEqual([
    'CLK-01',
    '$lower',
    'measure-clock',
    null,
    null,
  ]);
});

test.each([
  ['an unknown key', 'off-by: $lower', 'of-by: $lower', 'unknown key of-by', 'off-by'],
  [
    'a wrong type of parameter',
    'off-by: $lower',
    'off-by: $enabled',
    'is true or false, and',
    null,
  ],
  [
    'an unknown profile value',
    '$lower }',
    '$profile.clock.tik }',
    'no meter profile has',
    '$profile.clock.tick',
  ],
  ['an unknown step', 'end of set', 'end of sett', 'no step has the id sett', 'set'],
  [
    'an unknown measurement',
    'measure: deviation',
    'measure: deviaton',
    'no step measures',
    'deviation',
  ],
  ['an unknown log', 'log: log }', 'log: lag }', 'no step reads the event log', 'log'],
  [
    'an expression of the wrong type',
    'when: abs(measured.deviation) >= lower',
    'when: lower',
    'gives a number',
    null,
  ],
  ['an expression over an unknown name', '>= lower', '>= lowr', 'unknown name lowr', 'lower'],
  [
    'an expression over nothing measured',
    'abs(measured.deviation)',
    'abs(measured.devation)',
    'no step measures devation',
    'deviation',
  ],
  [
    'an unknown message',
    '{ message: clock-deviation }',
    '{ message: clock-devation }',
    'is not allowed here',
    'clock-deviation',
  ],
  ['limits without an origin', ', from: CLK-09', '', 'the key from is missing', null],
  [
    'an origin that is no requirement',
    'from: CLK-09',
    'from: CLK-99',
    'unknown requirement',
    'CLK-09',
  ],
  [
    'a limit of another unit',
    'max-abs: 1 s',
    'max-abs: 1 A',
    'is a duration, and this is a current',
    null,
  ],
  ['a bare number as a limit', 'max-abs: 1 s', 'max-abs: 1', '1 has no unit', null],
  ['an unknown unit', 'for: 5 min', 'for: 5 mins', 'is not a duration', null],
  [
    'a second name for one thing',
    'as: log }',
    'as: deviation }\n',
    'another step names its result',
    null,
  ],
])('%s is told', (_what, from, to, message, suggestion) => {
  // A changed name also leaves its uses hanging; those are not the point here.
  const mistakes = mistakesIn(GOOD.replace(from, () => to));
  const [mistake] = mistakes.filter((one) => one.message.includes(message));
  expect(mistakes.map((one) => one.message).join('\n')).toContain(message);
  expect(mistake?.suggestion).toBe(suggestion);
});

test('a mistake in an expression points at the name inside the expression', () => {
  const { line, column } = mistakeAfter('>= lower', '>= lowr');
  expect([line, column]).toEqual([15, 38]);
});

test('a parameter without a unit is told where it is defined', () => {
  const { line, column, message } = mistakeAfter('lower: 5 s', 'lower: 5');
  expect([line, column]).toEqual([3, 22]);
  expect(message).toContain('"5 s"?');
});

test('an expectation must say what it decides when the scenario covers several', () => {
  const mistakes = mistakesIn(GOOD.replace('[CLK-01]', '[CLK-01, CLK-02]'));
  expect(mistakes.map(({ message }) => message)).toEqual([
    'decides is missing: the scenario covers more than one requirement',
    'decides is missing: the scenario covers more than one requirement',
  ]);
});

test('a requirement that nothing decides is told', () => {
  const text = GOOD.replace('[CLK-01]', '[CLK-01, CLK-02]')
    .replace('    limits:', '    decides: [CLK-01]\n    limits:')
    .replace('    since:', '    decides: [CLK-01]\n    since:');
  expect(mistakesIn(text).map(({ message }) => message)).toEqual(['no expectation decides CLK-02']);
});

test('an unknown verb does not make a mistake of what names its result', () => {
  expect(mistakeAfter('do: measure-clock', 'do: measure-clck').suggestion).toBe('measure-clock');
});

test('values of a case have the type of the parameter', () => {
  const text = GOOD.replace('steps:', 'cases:\n  lower: [1 s, 3 A]\nsteps:');
  expect(mistakesIn(text).map(({ line, message }) => [line, message])).toEqual([
    [5, 'lower is a duration elsewhere, and a current here'],
  ]);
});

test.each(['for', 'measured', 'double', 'two-words', 'Upper'])(
  '%s cannot name a parameter',
  (name) => {
    const mistakes = mistakesIn(GOOD.replace('repeats: 3', `${name}: 3`));
    expect(mistakes.map(({ line, message }) => [line, message])).toEqual([
      [3, expect.stringContaining(`"${name}" cannot name a parameter`)],
    ]);
  },
);
