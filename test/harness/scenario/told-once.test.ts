import { expect, test } from 'vitest';
import { GOOD, mistakeAfter, mistakesIn } from './good-scenario.ts';

test('two cases of one name, and a case that lacks a value that the steps use, are told', () => {
  const cases = `cases:
  - { case: near, off: 1 s }
  - { case: near, off: 2 s }
  - { case: far, lower: 1 h }
steps:`;
  const text = GOOD.replace('steps:', cases).replace('off-by: $lower', 'off-by: $off');
  expect(mistakesIn(text).map(({ line, message }) => [line, message])).toEqual([
    [6, 'another case is called near'],
    [7, 'this case gives no off, which the steps use'],
  ]);
});

test('the end of a case is no instant from which to watch', () => {
  const { message } = mistakeAfter('since: end of set', 'since: end of case');
  expect(message).toContain("write 'start of case'");
  expect(mistakesIn(GOOD.replace('since: end of set', 'since: start of case'))).toEqual([]);
});

test.each([
  ['covers: [CLK-01]', 'cover: [CLK-01]', 'unknown key cover'],
  ['covers: [CLK-01]', 'covers: [clk-01]', 'is no requirement id'],
  ['steps:', 'step:', 'unknown key step'],
  ['parameters: {', 'parameter: {', 'unknown key parameter'],
  ['max-abs: 1 s', 'maxabs: 1 s', 'unknown key maxabs'],
  ['with: { as: deviation }', 'with: { az: deviation }', 'unknown key az'],
  ['    with: { as: deviation }\n', '', 'the key with is missing'],
  ['as: deviation }', 'as: deviation, as: other }', 'the key as stands here twice'],
  ['as: log }', 'as: deviation }', 'another step names its result deviation'],
  ['id: set', 'id: Set', 'an id is in small letters'],
  ['lower: 5 s', 'lower: 5', '5 has no unit; $lower is used as a duration'],
])('one slip is told once: %s > %s', (from, to, message) => {
  expect(mistakeAfter(from, to).message).toContain(message);
});

test('a parameter without a unit is told once, whatever is made of it', () => {
  const text = GOOD.replace('lower: 5 s', 'lower: 5')
    .replace('steps:', 'cases: { off: { edges: [$lower, 1 min], step: 1 s } }\nsteps:')
    .replace('expect:', '  - { do: wait, with: { for: $off } }\nexpect:');
  expect(mistakesIn(text).map(({ line, message }) => [line, message])).toEqual([
    [3, expect.stringContaining('5 has no unit; $lower is used as')],
  ]);
});

test.each([
  ['decides: [CLK-01]', 'decide: [CLK-01]', 'unknown key decide'],
  ['decides: [CLK-01]', 'decides: [CLK-03]', 'the scenario does not cover CLK-03'],
])('a slip in what is decided is told once: %s > %s', (from, to, message) => {
  const text = GOOD.replace('[CLK-01]', '[CLK-01, CLK-02]')
    .replace('    limits:', '    decides: [CLK-01]\n    limits:')
    .replace('    since:', '    decides: [CLK-02]\n    since:')
    .replace(from, to);
  expect(mistakesIn(text).map((mistake) => mistake.message)).toEqual([message]);
});
