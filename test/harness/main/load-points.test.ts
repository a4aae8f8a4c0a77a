import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compose, DEFAULT_SETTINGS } from '../../../harness/main/compose.ts';
import { runInMemory } from '../../../harness/main/memory-run.ts';
import { validateCommand } from '../../../harness/main/validate-command.ts';
import { loadScenarioFile } from '../../../harness/main/scenario-file.ts';
import { compilePlan } from '../../../harness/plan/compile.ts';
import { renderHtml } from '../../../reports/html/page.ts';
import { reportOf } from '../../../reports/report.ts';
import { ableBench, ableFleet, projectCatalogue } from '../plan/abilities.ts';

const FILE = 'scenarios/limits/test-amps.limits.yaml';
const TEXT = readFileSync(FILE, 'utf8');

/** A copy of the light-load scenario beside a file of load points with this text. */
function scenarioWith(limits: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'load-points-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'own.limits.yaml'), limits);
  const scenario = path.join(folder, 'own.yaml');
  const text = readFileSync('scenarios/accuracy/light-load.yaml', 'utf8');
  writeFileSync(scenario, text.replace('../limits/test-amps.limits.yaml', 'own.limits.yaml'));
  return scenario;
}

describe('load points from a file', () => {
  test('are cases, with currents in % of the test amperes of the meter', async () => {
    const { plan } = await compose('accuracy/light-load', DEFAULT_SETTINGS);
    expect(plan.cases.map(({ name, parameters }) => [name, parameters.current])).toEqual([
      ['full load', { value: 30_000, unit: 'mA' }],
      ['light load', { value: 3_000, unit: 'mA' }],
      ['0.5 lag', { value: 30_000, unit: 'mA' }],
    ]);
    const [, light] = plan.cases;
    expect(light?.expectations).toMatchObject([{ limits: { minimum: -5_000, maximum: 5_000 } }]);
  });

  test('are among the sources of the plan with their hash', async () => {
    const { plan, files } = await compose('accuracy/light-load', DEFAULT_SETTINGS);
    expect(plan.sources.map(({ name }) => name)).toContain(FILE);
    expect(files.find(({ name }) => name === FILE)?.text).toBe(TEXT);
  });

  test('beyond the class of the meter are not asked, and test amperes are offered', async () => {
    const scenario = scenarioWith(TEXT.replace('10 % of test amps', '250 A'));
    const { plan } = await compose(scenario, DEFAULT_SETTINGS);
    expect(plan.inapplicable).toMatchObject([
      {
        case: 'light load',
        reason: expect.stringMatching(/250 A is above the class current.*% of test amps/),
      },
    ]);
    expect(plan.cases).toHaveLength(2);
  });

  test('without a limit for the class of the meter are not asked', async () => {
    const { plan } = await compose(
      scenarioWith(TEXT.replaceAll('class 0.5: 0.5 %', 'class 0.1: 0.1 %')),
      DEFAULT_SETTINGS,
    );
    expect(plan.cases).toEqual([]);
    expect(plan.inapplicable[0]?.reason).toContain('no limit for the class 0.5 % of centron-gprs');
  });

  test.each([
    ['10 % of test amps', '10 %', 'is no current'],
    ['current: 10 % of test amps', 'current: 0 A', 'is no current'],
    ['point: light load', 'point: full load', 'two load points have one name'],
    ['class 0.5: 0.5 %', 'five: 0.5 %', 'by accuracy class'],
    ['power-factor: 50 %', 'power-factor: 0.5', 'a percentage'],
  ])('with %s as %s are told as a mistake of their own file', (from, to, message) => {
    expect(() =>
      validateCommand([scenarioWith(TEXT.replace(from, to))], { writeSchema: false }),
    ).toThrow(message);
  });

  test.each([
    [undefined, ['asks element B, the rig file drives all']],
    [
      { elements: 1, factor: 1, driven: 'A' } as const,
      ['all, the rig file drives A', 'B, the rig file drives A'],
    ],
    [{ elements: 1, factor: 1, driven: 'B' } as const, ['all, the rig file drives B']],
  ])('of elements that the rig does not drive are not asked: %o', (connection, reasons) => {
    const file = scenarioWith(TEXT.replace('kind: light', 'element: B\n    kind: light'));
    const { scenario } = loadScenarioFile(file, projectCatalogue());
    if (scenario === null) throw new Error('the scenario has mistakes');
    const profile = { ...ableBench().profile, elements: 2 };
    const { inapplicable } = compilePlan({
      title: 'elements',
      scenarios: [scenario],
      abilities: ableBench({ profile, ...(connection && { connection }) }),
      seed: 1,
      time: 'simulated',
      startUtcMs: 0,
      catalogue: projectCatalogue(),
      required: [],
      defect: null,
      sources: [],
      fleets: ableFleet(),
    });
    const told = new Set(inapplicable.map(({ reason }) => reason));
    expect([...told]).toEqual(reasons.map((reason) => expect.stringContaining(reason)));
  });
});

test('the report tells registration by load point, and the averages with their formulas', async () => {
  const { entries } = await runInMemory('accuracy/light-load');
  const { html } = renderHtml({ report: reportOf(entries), entries, chain: null });
  for (const what of [
    'full load',
    'light load',
    '0.5 lag',
    '(4 FL + LL)/5',
    '(4 FL + 2 LL + PF)/7',
  ]) {
    expect(html).toContain(`<td>${what.startsWith('(') ? 'average ' : ''}${what}</td>`);
  }
});
