import { describe, expect, test } from 'vitest';
import { DEFECTS } from '../devices/defects/index.ts';
import { RULE_REQUIREMENTS } from '../devices/meter/rules/index.ts';
import { runInMemory, turned } from '../harness/main/memory-run.ts';

describe('every defect turns its own verdicts and no other', () => {
  test.each(DEFECTS.map((defect) => [defect.id, defect] as const))('%s', async (id, defect) => {
    const { judgement } = await runInMemory('acceptance', { defect: id });
    const seen = turned(judgement);
    expect([...seen]).toEqual(expect.arrayContaining([...defect.mustTurn]));
    const permitted = [...defect.mustTurn, ...defect.mayTurn];
    expect([...seen].filter((requirement) => !permitted.includes(requirement))).toEqual([]);
    expect(judgement.exitCode).toBe(1);
  });
});

test('each defect must turn something that the rules it replaces are there for', () => {
  for (const { mustTurn, meterRules } of DEFECTS) {
    const rules = Object.keys(meterRules) as (keyof typeof RULE_REQUIREMENTS)[];
    const carried = rules.flatMap((rule) => RULE_REQUIREMENTS[rule]);
    expect(rules).not.toHaveLength(0);
    expect(carried).toEqual(expect.arrayContaining([...mustTurn]));
  }
});

test('every rule of the meter is broken by some defect', () => {
  const broken = new Set(DEFECTS.flatMap(({ meterRules }) => Object.keys(meterRules)));
  expect(Object.keys(RULE_REQUIREMENTS).filter((rule) => !broken.has(rule))).toEqual([]);
});
