import { expect, test } from 'vitest';
import { type OtherRig, lackOf } from '../../../harness/plan/bench-needs.ts';
import { compilePlan } from '../../../harness/plan/compile.ts';
import type { InstrumentRecord, RigProfile } from '../../../rigs/port/bench.ts';
import { ableBench, ableFleet, projectCatalogue, scenarioOf } from './abilities.ts';

const TODAY = Date.UTC(2026, 5, 15);

function instrument(role: string, changes: Partial<InstrumentRecord> = {}): InstrumentRecord {
  return {
    role,
    driver: 'a driver',
    simulated: false,
    make: 'maker',
    model: 'model',
    serial: '1',
    certificate: 'C-1',
    calibrated: null,
    due: '2027-01-01',
    uncertainty: null,
    ...changes,
  };
}

const standard = (uncertainty: string | null, due = '2027-01-01') =>
  instrument('reference-standard', { uncertainty, due });

const rig = (
  file: string,
  instruments: readonly InstrumentRecord[],
  profile: RigProfile | null = 'lab',
): OtherRig => ({ file, profile, instruments });

function lack(
  needs: readonly string[],
  instruments: readonly InstrumentRecord[],
  others: readonly OtherRig[] = [],
): string | null {
  const roles = instruments.map(({ role }) => role);
  return lackOf(needs, { bench: 'here', roles, instruments }, () => others, TODAY);
}

test.each<[string, string, string | null, string | null]>([
  ['good enough', 'reference-standard@0.02 %', '0.02 % (k=2)', null],
  ['better at another k', 'reference-standard@0.02 %', '0.03 % (k=3)', null],
  [
    'not good enough',
    'reference-standard@0.02 %',
    '0.05 % (k=2)',
    'needs reference-standard@0.02 %; that of bench here is good to 0.05 % (k=2)',
  ],
  [
    'of no known uncertainty',
    'reference-standard@0.02 %',
    null,
    'needs reference-standard@0.02 %; that of bench here declares no uncertainty in the unit of reference-standard@0.02 %',
  ],
])('a standard that is %s', (_what, need, uncertainty, reason) => {
  expect(lack([need], [standard(uncertainty)])).toBe(reason);
});

test('what is lacking is named together', () => {
  expect(lack(['source', 'module-link', 'reference-standard'], [standard(null)])).toBe(
    'needs source and module-link; bench here has none',
  );
});

function notToBeAsked(): readonly OtherRig[] {
  throw new Error('asked');
}

test('other rigs are asked only when something is lacking', () => {
  const bench = { bench: 'here', roles: ['source'], instruments: [instrument('source')] };
  expect(lackOf(['source'], bench, notToBeAsked, TODAY)).toBeNull();
  expect(() => lackOf(['console'], bench, notToBeAsked, TODAY)).toThrow('asked');
});

test.each<[string, readonly OtherRig[], string]>([
  ['nobody has it', [rig('poor', [standard('0.05 % (k=2)')])], 'has none'],
  [
    'one has it, and another not',
    [rig('poor', [standard('0.05 % (k=2)')]), rig('good', [standard('0.01 % (k=2)')])],
    'has none; good has it',
  ],
  [
    'the first that has it is overdue, the next is not',
    [rig('old', [standard('0.01 % (k=2)', '2026-06-01')]), rig('good', [standard('0.02 % (k=2)')])],
    'has none; good has it',
  ],
  [
    'the only one that has it is overdue',
    [rig('old', [standard('0.01 % (k=2)', '2026-06-01')])],
    'has none; old has it, but reference-standard: maker model, 1: calibration is 14 days overdue (due 2026-06-01)',
  ],
  [
    'an overdue one is for development',
    [rig('old', [standard('0.01 % (k=2)', '2026-06-01')], 'development')],
    'has none; old has it',
  ],
])('when %s', (_what, others, end) => {
  expect(lack(['reference-standard@0.02 %'], [], others)).toBe(
    `needs reference-standard@0.02 %; bench here ${end}`,
  );
});

const TEXT = `scenario: The meter says that its mains went
covers: [OUT-01]
needs: { bench: [reference-standard@0.02 %] }
steps: [{ id: cut, do: open-mains }]
expect:
  - { message: last-gasp, since: start of cut, within: 30 s, from: { default: own choice } }
`;

test('a scenario that needs a better standard is inapplicable, with the rig file that has one', () => {
  const plan = compilePlan({
    title: 'a plan',
    scenarios: [scenarioOf(TEXT)],
    abilities: ableBench({ instruments: [standard('0.05 % (k=2)')] }),
    seed: 7,
    time: 'wall',
    startUtcMs: TODAY,
    catalogue: projectCatalogue(),
    required: [],
    defect: null,
    sources: [],
    otherRigs: () => [rig('lab-2.rig.yaml', [standard('0.02 % (k=2)')])],
    fleets: ableFleet(),
  });
  expect(plan.inapplicable.map(({ reason }) => reason)).toEqual([
    'needs reference-standard@0.02 %; that of bench test-bench is good to 0.05 % (k=2); lab-2.rig.yaml has it',
  ]);
});

test.each(['reference-standard@good', 'source@0.02 %', 'refrence-standard'])(
  'the need %s is a mistake',
  (need) => {
    expect(() => scenarioOf(TEXT.replace('reference-standard@0.02 %', need))).toThrow(
      /one of isolation-switch/,
    );
  },
);
