import { expect, test } from 'vitest';
import { compilePlan, PlanError } from '../../../harness/plan/compile.ts';
import { printPlan } from '../../../harness/plan/print.ts';
import { sizeOf } from '../../../rigs/port/fleet.ts';
import { ableBench, ableFleet, projectCatalogue, scenarioOf } from './abilities.ts';

const TEXT = `scenario: A feeder fails
covers: [OUT-10]
fleet: { meters: $meters, profile: centron-gprs, feeders: 5, carrier: gprs-urban, commissioned: placed }
cases:
  meters: [100, 2500]
groups:
  dark: { feeder: 5 }
  others: { not: dark }
steps:
  - do: close-mains
  - id: cut
    do: open-mains
    of: dark
expect:
  - alarm: last-gasp
    each-of: dark
    since: start of cut
    within: 30 s
    from: { default: own choice }
  - threshold: alarm_latency{alarm:last-gasp}
    is: p(95)<5s
    from: { default: own choice }
`;

function planFor(text: string) {
  return compilePlan({
    title: 'a plan',
    scenarios: [scenarioOf(text)],
    abilities: ableBench(),
    seed: 1,
    time: 'wall',
    startUtcMs: 0,
    catalogue: projectCatalogue(),
    required: [],
    defect: null,
    sources: [],
    fleets: ableFleet(),
  });
}

test('selections are resolved in the plan, for each size of fleet', () => {
  const { cases } = planFor(TEXT);
  expect(cases.map(({ fleet }) => fleet?.meters)).toEqual([100, 2500]);
  const [small, large] = cases;
  expect(small?.steps.map(({ of }) => of)).toEqual([
    { name: 'all', ranges: [{ first: 0, count: 100, stride: 1 }] },
    { name: 'dark', ranges: [{ first: 80, count: 20, stride: 1 }] },
  ]);
  expect(large?.expectations.map(({ eachOf }) => eachOf !== null && sizeOf(eachOf))).toEqual([
    500, 2500,
  ]);
});

test('a fleet runs in simulated time unless it asks for wall time, whatever the rig does', () => {
  expect(planFor(TEXT).cases.map(({ time }) => time)).toEqual(['simulated', 'simulated']);
  const wall = TEXT.replace('commissioned: placed', 'commissioned: placed, time: wall');
  expect(planFor(wall).cases.map(({ time }) => time)).toEqual(['wall', 'wall']);
});

test('a slow disk of the head-end stands in the plan of a fleet in wall time', () => {
  const slow = 'commissioned: placed, time: wall, disk-latency: 250 ms';
  const plan = planFor(TEXT.replace('commissioned: placed', slow));
  expect(plan.cases.map(({ fleet }) => fleet?.diskLatencyNs)).toEqual([250e6, 250e6]);
  expect(printPlan(plan)).toContain('disk 250 ms slower');
});

test('the printed plan names fleet, carrier with its origin, and who each step is for', () => {
  const text = printPlan(planFor(TEXT));
  expect(text).toContain(
    'fleet of 100 centron-gprs, placed, feeders 5, carrier gprs-urban (assumed)',
  );
  expect(text).toContain('open-mains, of dark (20)');
  expect(text).toContain('alarm last-gasp northbound');
  expect(text).toContain('alarm_latency{alarm:last-gasp} p(95)<5s');
});

test.each([
  [
    'an unknown carrier',
    'carrier: gprs-urban',
    'carrier: gprs-moon',
    'no carrier model is called gprs-moon',
  ],
  ['more feeders than meters', 'feeders: 5', 'feeders: 101', '101 feeders for 100 meters'],
  [
    'a slow disk in simulated time',
    'commissioned: placed',
    'commissioned: placed, disk-latency: 1 s',
    'only in wall time is there a disk',
  ],
  ['a feeder that is not there', 'feeder: 5', 'feeder: 6', 'there is no feeder 6'],
])('%s is told with its place', (_what, good, bad, message) => {
  let mistakes: readonly string[] = [];
  try {
    planFor(TEXT.replace(good, bad));
  } catch (error) {
    if (error instanceof PlanError) mistakes = error.mistakes;
  }
  expect(mistakes.join('\n')).toContain(message);
  expect(mistakes.join('\n')).toMatch(/name\.yaml:\d+:\d+: /);
});

test('more meters than one process is made for are refused', () => {
  expect(() => planFor(TEXT.replace('meters: [100, 2500]', 'meters: [100, 100000000]'))).toThrow(
    'more than one fleet may have',
  );
});
