import { expect, test } from 'vitest';
import { PlanError, compilePlan } from '../../../harness/plan/compile.ts';
import type { PlanRequest } from '../../../harness/plan/compile.ts';
import { printPlan } from '../../../harness/plan/print.ts';
import type { Abilities } from '../../../rigs/port/bench.ts';
import { ableBench, ableFleet, projectCatalogue, scenarioOf } from './abilities.ts';

const TEXT = `scenario: The meter says that its mains went
covers: [OUT-01, MNT-04]
needs:
  head-end: { time-reference: true }
  bench: [module-link]
parameters: { declareAfter: 15 s, current: 30 A }
cases:
  current: [30 A, 300 A]
steps:
  - do: close-mains
  - do: apply-load
    with: { current: $current, voltage: $profile.voltage }
  - do: measure-accuracy
    with: { as: error, minimum-gate: 30 s, repeats: 3 }
  - do: configure-outage-alarms
    with: { declare-after: $declareAfter, restore-after: 30 s }
  - id: cut
    after: 5 s
    do: open-mains
expect:
  - message: last-gasp
    decides: [OUT-01]
    since: start of cut
    after: $declareAfter
    within: 30 s
    from: { default: own choice }
  - measure: error
    decides: [MNT-04]
    limits: { max-abs: $profile.accuracy-class, from: { class: C12.20 }, rule: guard band }
`;

function planFor(abilities: Abilities, changes: Partial<PlanRequest> = {}) {
  return compilePlan({
    title: 'a plan',
    scenarios: [scenarioOf(TEXT)],
    abilities,
    seed: 7,
    time: 'simulated',
    startUtcMs: 0,
    catalogue: projectCatalogue(),
    required: [],
    defect: null,
    sources: [],
    fleets: ableFleet(),
    ...changes,
  });
}

test('a case is complete: actions in smallest units, expectations with the origin of their bounds', () => {
  const [planned] = planFor(ableBench()).cases;
  expect(planned?.key).toBe('family/name#current=30 A');
  expect(planned?.steps.map(({ id }) => id)).toEqual([
    'step-1',
    'step-2',
    'step-3',
    'step-4',
    'cut',
  ]);
  expect(planned?.steps[1]?.action).toEqual({
    do: 'apply-load',
    currentMilliAmps: 30_000,
    voltageMilliVolts: 240_000,
    powerFactorPpm: 1_000_000,
  });
  expect(planned?.steps[4]).toMatchObject({ afterNs: 5e9, atNs: null, source: { line: 17 } });
  expect(planned?.expectations).toMatchObject([
    {
      kind: 'message',
      decides: ['OUT-01'],
      since: { step: 'cut', edge: 'start' },
      notBeforeNs: 15e9,
      withinNs: 45e9,
      count: 1,
      origin: { kind: 'default', name: 'own choice' },
    },
    {
      kind: 'measure',
      limits: {
        minimum: -5000,
        maximum: 5000,
        unit: 'ppm',
        rule: 'guard band',
        origin: { kind: 'class', name: 'C12.20' },
      },
    },
  ]);
});

test('a plan is plain data', () => {
  const plan = planFor(ableBench());
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

test('a load above the class current makes its case inapplicable and no other', () => {
  const plan = planFor(ableBench());
  expect(plan.cases.map(({ name }) => name)).toEqual(['current=30 A']);
  expect(plan.inapplicable).toEqual([
    {
      scenario: 'family/name',
      case: 'current=300 A',
      covers: ['OUT-01', 'MNT-04'],
      reason:
        '300 A is above the class current 200 A of centron-gprs (form 2S); a load point in % of test amps fits (100 % is 30 A)',
    },
  ]);
});

test.each<[string, Partial<Abilities>, string]>([
  ['without a head-end', { headEnd: null }, 'there is no head-end'],
  [
    'with a head-end that gives no time',
    { headEnd: { name: 'AMI', timeReference: false } },
    'AMI gives none',
  ],
  [
    'without a module link',
    { roles: ['isolation-switch'] },
    'needs module-link; bench test-bench has none',
  ],
  ['without a performer', { performs: ['close-mains'] }, 'nothing that performs apply-load'],
  [
    'without consent to an effect',
    { consent: ['reads'] },
    'configure-outage-alarms writes, to which the rig file does not consent (consent: reads)',
  ],
])('a bench %s gets inapplicable cases with the reason', (_what, lacking, reason) => {
  const plan = planFor(ableBench(lacking));
  expect(plan.cases).toEqual([]);
  expect(plan.inapplicable.map((one) => one.reason).join('\n')).toContain(reason);
});

test('what is covered and who it is about stands in the plan', () => {
  const plan = planFor(ableBench(), { required: ['CLK-06'] });
  expect(plan.covers).toEqual(['MNT-04', 'OUT-01']);
  expect(plan.subjects).toEqual({ 'CLK-06': 'pair', 'MNT-04': 'meter', 'OUT-01': 'meter' });
});

test('a required id that is in no catalogue is a mistake', () => {
  expect(() => planFor(ableBench(), { required: ['CLK-99'] })).toThrow(PlanError);
});

test('two scenarios of one name are a mistake', () => {
  const scenarios = [scenarioOf(TEXT), scenarioOf(TEXT)];
  expect(() => planFor(ableBench(), { scenarios })).toThrow('two scenarios are called family/name');
});

test('the printed plan says what is energised when, how long it takes and what is not asked', () => {
  const text = printPlan(planFor(ableBench()));
  // close 3 s, load 3 s, settle 10 s and one gate of 60 + 1 pulses at 2 a second, configure 2 s, wait 5 s.
  expect(text).toContain('energised 0 s to 1 min 58 s');
  expect(text).toContain('1 min 55 s   cut          open-mains, 5 s after the step before');
  expect(text).toContain('1 last-gasp from 15 s to 45 s after start of cut (default: own choice)');
  expect(text).toContain('critical path step-3 1 min 42 s > expect-1 watches to 2 min 40 s');
  expect(text).toContain('error from -0.5 % to 0.5 % (class: C12.20; guard band)');
  expect(text).toContain('family/name#current=300 A (OUT-01, MNT-04): 300 A is above');
});

test('the printed plan tells of each load point what it is and how long it takes', () => {
  const text = printPlan(planFor(ableBench()));
  // 240 V x 30 A is 7200 W: with a Kh of 1 Wh two pulses a second.
  expect(text).toContain(
    'load point error: 240 V, 30 A, PF 1, element factor 1: 60 pulses in 30 s a gate, 3 gates, in all 1 min 42 s; steady within 0.1 % (default), at most 3 attempts each',
  );
  const two = printPlan(planFor(ableBench({ connection: { elements: 2, factor: 2 } })));
  expect(two).toContain('element factor 2: 120 pulses in 30 s a gate');
});
