import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { generateScenarioSchema } from '../../../harness/scenario/json-schema.ts';

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
  generateScenarioSchema(),
);

function scenarioWith(step: object): object {
  return {
    scenario: 'a',
    covers: ['CLK-01'],
    steps: [step],
    expect: [{ measure: 'a', limits: { max: '1 s', from: 'user' } }],
  };
}

test('the schema that editors use is fresh', () => {
  const text = readFileSync('scenarios/scenario.schema.json', 'utf8');
  expect(JSON.parse(text)).toEqual(generateScenarioSchema());
});

test('an editor accepts the arguments of the verb that was written', () => {
  expect(validate(scenarioWith({ do: 'wait', with: { for: '5 s' } }))).toBe(true);
});

test.each([
  ['arguments of another verb', { do: 'wait', with: { skew: '5 s' } }],
  ['a number without a unit', { do: 'wait', with: { for: 5 } }],
  ['an unknown verb', { do: 'wiat', with: { for: '5 s' } }],
  ['an unknown key of a step', { do: 'wait', with: { for: '5 s' }, aftr: '1 s' }],
])('an editor refuses %s', (_what, step) => {
  expect(validate(scenarioWith(step))).toBe(false);
});
