import { expect, test } from 'vitest';
import { expandCases } from '../../../harness/plan/cases.ts';
import { ableBench, scenarioOf } from './abilities.ts';

const { profile } = ableBench();

function casesOf(cases: string, parameters = '{ lower: 5 s, upper: 7 s }') {
  const text = `scenario: a
covers: [CLK-01]
parameters: ${parameters}
${cases}
steps:
  - do: measure-clock
    with: { as: deviation }
expect:
  - measure: deviation
    limits: { max-abs: 1 s, from: user }
`;
  return expandCases(scenarioOf(text), profile);
}

const names = (cases: string) => casesOf(cases).map(({ name }) => name);

test('an edge gives a case below, on and above it, in order and each once', () => {
  expect(names('cases: { off: { edges: [$lower, $upper], step: 1 s } }')).toEqual([
    'off=4 s',
    'off=5 s',
    'off=6 s',
    'off=7 s',
    'off=8 s',
  ]);
});

test('both signs give every amount twice and zero once', () => {
  expect(names('cases: { off: { edges: [1 s], step: 1 s, signs: both, also: [1 h] } }')).toEqual([
    'off=0 s',
    'off=+1 s',
    'off=-1 s',
    'off=+2 s',
    'off=-2 s',
    'off=+1 h',
    'off=-1 h',
  ]);
});

test('below an edge of zero there is nothing', () => {
  expect(names('cases: { off: { edges: [0 s], step: 1 s } }')).toEqual(['off=0 s', 'off=1 s']);
});

test("a step may be the tick of the meter's clock", () => {
  expect(names('cases: { off: { edges: [$lower], step: $profile.clock.tick } }')).toEqual([
    'off=4 s',
    'off=5 s',
    'off=6 s',
  ]);
});

test('lists are combined with each other', () => {
  expect(names('cases: { on: [true, false], off: [1 s, 2 s] }')).toEqual([
    'on=true, off=1 s',
    'on=true, off=2 s',
    'on=false, off=1 s',
    'on=false, off=2 s',
  ]);
});

test('listed cases have values of their own on top of the parameters', () => {
  const cases = casesOf('cases: [{ case: near, lower: 1 s }, { case: far, upper: 1 h }]');
  expect(cases).toEqual([
    {
      name: 'near',
      parameters: { lower: { value: 1e9, unit: 'ns' }, upper: { value: 7e9, unit: 'ns' } },
    },
    {
      name: 'far',
      parameters: { lower: { value: 5e9, unit: 'ns' }, upper: { value: 3600e9, unit: 'ns' } },
    },
  ]);
});

test('cases of one name are told apart', () => {
  expect(names('cases: { off: [1 s, 1000 ms] }')).toEqual(['off=1 s', 'off=1 s (2)']);
});

test('without cases the scenario itself is the only one', () => {
  expect(names('')).toEqual(['the only case']);
});
