import { expect, test } from 'vitest';
import { GOOD, mistakeAfter, mistakesIn } from './good-scenario.ts';

test.each([
  [
    'off-by: $lower',
    'off-by: 1000000 h',
    'is more than can be counted here: a duration is at most',
  ],
  ['for: 5 min', 'for: 0 s', '0 s must be more than 0 s'],
  ['for: 5 min', 'for: -1 min', '-1 min must be more than 0 s'],
  ['within: 2 min', 'within: 0 s', '0 s must be more than 0 s'],
  ['max-abs: 1 s', 'max-abs: -1 s', '-1 s must be at least 0 s'],
  ['max-abs: 1 s', 'min: 2 s, max: -2 s', 'min 2 s is above max -2 s'],
  ['- id: set', '- after: -1 s\n    id: set', '-1 s must be at least 0 s'],
])('a value beyond its bounds is told: %s > %s', (from, to, message) => {
  expect(mistakeAfter(from, to).message).toContain(message);
});

/** The only mistake of a step among the steps of a good scenario. */
const mistakeOfStep = (step: string) =>
  mistakeAfter('  - do: read-event-log', `  - ${step}\n  - do: read-event-log`).message;

const sync = (values: string) => `{ do: configure-clock-sync, with: { enabled: true, ${values} } }`;
const load = (values: string) => `{ do: apply-load, with: { ${values} } }`;
const accuracy = (values: string) => `{ do: measure-accuracy, with: { as: e, ${values} } }`;

test.each([
  [sync('lower: -5 s, upper: 1 min, cycle: 5 min'), '-5 s must be at least 0 s'],
  [sync('lower: 5 s, upper: 1 min, cycle: 1 ms'), '1 ms must be at least 1 s'],
  [load('current: -1 A, voltage: 240 V'), '-1 A must be at least 0 A'],
  [load('current: 1 A, voltage: 240 V, power-factor: 0 %'), '0 % must be more than 0 %'],
  [load('current: 1 A, voltage: 240 V, power-factor: 150 %'), '150 % must be at most 100 %'],
  [accuracy('minimum-gate: 0 s, repeats: 3'), '0 s must be more than 0 s'],
  [accuracy('minimum-gate: 1 s, repeats: 2'), '2 must be at least 3'],
  [accuracy('minimum-gate: 1 s, repeats: 3, pulses: 0'), '0 must be at least 1'],
  ['{ do: wait, with: { for: 0 s } }', '0 s must be more than 0 s'],
  ['{ do: interrupt-mains, with: { as: cut, for: -1 s } }', '-1 s must be more than 0 s'],
  ['{ do: await, with: { message: heartbeat, within: 0 s } }', '0 s must be more than 0 s'],
])('a value beyond its bounds is told: %s', (step, message) => {
  expect(mistakeOfStep(step)).toBe(message);
});

test('bounds that cross are no mistake: the meter is asked to refuse them', () => {
  const step = `  - ${sync('lower: 1 min, upper: 5 s, cycle: 5 min')}\n`;
  expect(mistakesIn(GOOD.replace('expect:', `${step}expect:`))).toEqual([]);
});

test('a parameter beyond the bounds of its use is told where its value stands', () => {
  const text = GOOD.replace('steps:', 'cases: { pause: [1 s, 0 s] }\nsteps:').replace(
    'expect:',
    '  - { do: wait, with: { for: $pause } }\nexpect:',
  );
  expect(mistakesIn(text).map(({ line, column, message }) => [line, column, message])).toEqual([
    [4, 23, '0 s must be more than 0 s where $pause is used (for)'],
  ]);
});

test('a value of a parameter that every case replaces is not looked at', () => {
  const text = GOOD.replace('lower: 5 s,', 'lower: 5 s, pause: 0 s,')
    .replace('steps:', 'cases: [{ case: near, pause: 1 s }]\nsteps:')
    .replace('expect:', '  - { do: wait, with: { for: $pause } }\nexpect:');
  expect(mistakesIn(text)).toEqual([]);
  expect(mistakesIn(text.replace('near, pause: 1 s', 'near'))).toHaveLength(1);
});

/** Mistakes of a good scenario with one more expectation. */
const mistakesOf = (expectation: string) =>
  mistakesIn(
    GOOD.replace(
      'expect:',
      `  - { do: read-load-profile, with: { as: profile } }
  - { do: measure-clock, with: { as: later } }
  - { do: interrupt-mains, with: { as: outage, for: 20 s } }
  - { do: measure-accuracy, with: { as: error, minimum-gate: 1 s, repeats: 3 } }
expect:
  - { ${expectation} }`,
    ),
  ).map(({ message }) => message);

const WINDOW = 'since: end of set, for: 1 min, control: { message: heartbeat, within: 2 min }';
const ALARM = 'message: clock-deviation, since: end of set, within: 1 min, from: user';

test.each([
  [`${ALARM}, count: 0`, '0 must be at least 1: that none comes is asked by never'],
  [`${ALARM}, pairs-with: heartbeat`, '"heartbeat" is not allowed here'],
  ['intervals: profile', 'nothing is asked of the intervals'],
  ['intervals: profile, contiguous: false', 'nothing is asked of the intervals'],
  ['intervals: profile, flags: [clock-bak]', '"clock-bak" is not allowed here'],
  ['intervals: profile, sum-since: profile, sum-tolerance: -1 Wh', '-1 Wh must be at least 0 Wh'],
  [
    `unchanged: { before: deviation, after: later }, tolerance: 5 A, ${WINDOW}`,
    'deviation is a duration, and this is a current',
  ],
  [
    `unchanged: { before: deviation, after: error }, tolerance: 5 s, ${WINDOW}`,
    'error is a percentage, and deviation is a duration',
  ],
  [
    `${ALARM}, value: { field: deviationNs, is: measured.deviation, tolerance: 1 V }`,
    'deviationNs is a duration, and this is a voltage',
  ],
  [
    `${ALARM}, value: { field: deviationNs, is: measured.deviation, tolerance: 5 }`,
    '5 has no unit; a duration is needed: "5 s"?',
  ],
  [
    `${ALARM}, value: { field: deviationNs, is: measured.error, tolerance: 1 s }`,
    'gives a percentage, and a duration is needed here',
  ],
  [
    'events: log, codes: [3, 4], stamps-differ-by: { is: measured.deviation, tolerance: 1 % }',
    'the difference of two stamps is a duration, and this is a percentage',
  ],
  [
    "events: log, codes: [3, 4], stamps-differ-by: { is: '5.0', tolerance: 1 s }",
    '5.0 has no unit, and a duration is needed here: quantity("5 s")?',
  ],
])('an expectation that cannot be meant is told: %s', (expectation, message) => {
  expect(mistakesOf(expectation)).toEqual([message]);
});

test.each([
  `${ALARM}, value: { field: deviationNs, is: '0.0', tolerance: 0 s }`,
  'message: heartbeat, since: end of set, within: 1 min, from: user, value: { field: sequenceNumber, is: repeats + 1, tolerance: 0 }',
  'message: restoration, since: end of set, within: 1 min, from: user, pairs-with: last-gasp',
  'intervals: profile, flags: [clock-back]',
])('an expectation that can be meant is no mistake: %s', (expectation) => {
  expect(mistakesOf(expectation)).toEqual([]);
});
