import { expect, test } from 'vitest';
import { PlanError, compilePlan } from '../../../harness/plan/compile.ts';
import { ableBench, ableFleet, projectCatalogue, scenarioOf } from './abilities.ts';

const text = (changes: { cases?: string; cycle?: string; limits?: string }) => `scenario: a
covers: [CLK-01]
parameters: { base: 0 s, pause: $base, low: 2 s }
${changes.cases ?? ''}
steps:
  - do: wait
    with: { for: ${changes.cycle ?? '1 s'} }
  - do: measure-clock
    with: { as: deviation }
expect:
  - measure: deviation
    limits: { ${changes.limits ?? 'max-abs: 1 s'}, from: user }
`;

/** What the plan objects to in a scenario that loads. */
function objections(changes: Parameters<typeof text>[0]): readonly string[] {
  try {
    compilePlan({
      title: 'a plan',
      scenarios: [scenarioOf(text(changes))],
      abilities: ableBench(),
      seed: 1,
      time: 'simulated',
      startUtcMs: 0,
      catalogue: projectCatalogue(),
      required: [],
      defect: null,
      sources: [],
      fleets: ableFleet(),
    });
    return [];
  } catch (error) {
    if (error instanceof PlanError) return error.mistakes;
    throw error;
  }
}

test('values within their bounds make a plan', () => {
  expect(
    objections({ cases: 'cases: { off: { edges: [2 s], step: 1 s } }', cycle: '$off' }),
  ).toEqual([]);
});

test('an edge case that is beyond the bounds of its use is told with its place', () => {
  expect(
    objections({ cases: 'cases: { off: { edges: [1 s], step: 1 s } }', cycle: '$off' }),
  ).toEqual([
    'scenarios/family/name.yaml:7:18: case off=0 s: for: $off is 0 s, and must be more than 0 s',
  ]);
});

test('a parameter that is a reference itself is checked in the plan', () => {
  expect(objections({ cycle: '$pause' })).toEqual([
    'scenarios/family/name.yaml:7:18: case the only case: for: $pause is 0 s, and must be more than 0 s',
  ]);
});

test('limits that cross in the values of a case are told at the expectation', () => {
  expect(objections({ limits: 'min: $low, max: 1 s' })).toEqual([
    'scenarios/family/name.yaml:11:5: min $low is above max 1 s',
  ]);
});
