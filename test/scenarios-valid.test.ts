import { globSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { formatMistakes } from '../harness/document/mistake.ts';
import { loadProfile, loadRig } from '../harness/main/rig-files.ts';
import { compilePlan } from '../harness/plan/compile.ts';
import { loadScenarioFile } from '../harness/main/scenario-file.ts';
import type { Scenario } from '../harness/scenario/load.ts';
import { loadSuite } from '../harness/scenario/suite.ts';
import { UNASKED } from './holes.ts';
import { ableBench, ableFleet, loaded, projectCatalogue } from './harness/plan/abilities.ts';

const catalogue = projectCatalogue();
const files = globSync('scenarios/*/*.yaml')
  .filter((file) => !file.endsWith('.limits.yaml'))
  .sort();
const read = (file: string) => readFileSync(file, 'utf8');

test.each(files)('%s has no mistakes', (file) => {
  const { mistakes } = loadScenarioFile(file, catalogue);
  expect(mistakes.length === 0 ? '' : formatMistakes(mistakes)).toBe('');
});

/** A scenario with the load points that it names. */
function whole(file: string): Scenario {
  const { scenario } = loadScenarioFile(file, catalogue);
  if (scenario === null) throw new Error(`${file} has mistakes`);
  return scenario;
}

test.each(files)('an editor accepts %s', (file) => {
  const schema = JSON.parse(read('scenarios/scenario.schema.json')) as object;
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);
  validate(parse(read(file)));
  expect(validate.errors).toBeNull();
});

test('the acceptance suite names every scenario and nothing else', () => {
  const file = 'scenarios/acceptance.suite.yaml';
  const suite = loaded(loadSuite(file, read(file)));
  expect(suite.scenarios.map((name) => `scenarios/${name}`).sort()).toEqual(files);
});

test('the quick suite is the acceptance suite without what takes long', () => {
  const [all, quick] = ['acceptance', 'quick'].map((name) => {
    const file = `scenarios/${name}.suite.yaml`;
    return loaded(loadSuite(file, read(file))).scenarios;
  });
  expect(all?.filter((name) => quick?.includes(name) === false)).toEqual([
    'outage/feeder-storm.yaml',
    'outage/head-end-killed.yaml',
    'load/ten-thousand.yaml',
    'architecture/languages.yaml',
  ]);
  expect(quick?.filter((name) => all?.includes(name) === false)).toEqual([]);
});

test('a bench with all instruments leaves nothing out, and every requirement of the slice is asked', () => {
  const plan = compilePlan({
    title: 'acceptance',
    scenarios: files.map((file) => whole(file)),
    abilities: ableBench(),
    seed: 1,
    time: 'simulated',
    startUtcMs: 0,
    catalogue,
    required: [],
    defect: null,
    sources: [],
    fleets: ableFleet(),
  });
  expect(plan.inapplicable).toEqual([]);
  const decided = new Set(
    plan.cases.flatMap((one) => one.expectations.flatMap((expectation) => expectation.decides)),
  );
  const asked = [...catalogue.requirements.keys()].filter((id) => !UNASKED.has(id));
  expect([...decided].sort()).toEqual(asked.sort());
  // A case of the bench stays within half an hour of simulated time.
  const onBench = plan.cases.filter((one) => one.fleet === null);
  expect(Math.max(...onBench.map((one) => one.expectedNs))).toBeLessThan(30 * 60e9);
  // What runs in wall time comes last, and has no bound longer than 30 s but its control's.
  const times = plan.cases.map((one) => one.time);
  expect(times.indexOf('wall')).toBeGreaterThan(times.lastIndexOf('simulated'));
});

test('without the 1 Hz output the residual is still asked: it must come out undecided', () => {
  const file = 'scenarios/clock-sync/residual.yaml';
  const abilities = ableBench();
  const plan = compilePlan({
    title: 'residual',
    scenarios: [whole(file)],
    abilities: { ...abilities, roles: abilities.roles.filter((role) => role !== 'clock-output') },
    seed: 1,
    time: 'simulated',
    startUtcMs: 0,
    catalogue,
    required: [],
    defect: null,
    sources: [],
    fleets: ableFleet(),
  });
  expect(plan.inapplicable).toEqual([]);
});

test.each(globSync('rigs/*.rig.yaml'))(
  '%s has no mistakes and names a profile that is there',
  (file) => {
    const rig = loaded(loadRig(file, read(file)));
    for (const { dut } of rig.positions) {
      const profile = `rigs/profiles/${dut.profile}.yaml`;
      expect(loaded(loadProfile(profile, read(profile))).profile).toBe(dut.profile);
    }
  },
);

test('the meter type of the source is a class 0.5 meter whose storage carries it for about 45 s', () => {
  const { profile } = ableBench();
  expect(profile.accuracyClassPpm).toBe(5000);
  const { capacitanceFarads, fullVolts, minimumVolts, idleWatts, transmissionJoules } =
    profile.outage;
  const joules = (capacitanceFarads * (fullVolts ** 2 - minimumVolts ** 2)) / 2;
  expect((joules - transmissionJoules) / idleWatts).toBeCloseTo(45, 0);
});

/** The first so many requirements of a family. */
