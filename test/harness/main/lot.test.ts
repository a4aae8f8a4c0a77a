import { beforeAll, describe, expect, test } from 'vitest';
import { compose, DEFAULT_SETTINGS } from '../../../harness/main/compose.ts';
import { type MemoryRun, runInMemory } from '../../../harness/main/memory-run.ts';
import { printPlan } from '../../../harness/plan/print.ts';
import { renderHtml } from '../../../reports/html/page.ts';
import { renderJson } from '../../../reports/json.ts';
import { reportOf } from '../../../reports/report.ts';
import { reportSchema } from '../../../reports/schema.ts';
import { renderText } from '../../../reports/text.ts';

const TARGET = 'accuracy/load-points';
const RIG = { rig: 'simulated-lot', chosen: 'current=15 A' } as const;

const readingsIn = ({ entries }: MemoryRun) =>
  entries.flatMap((entry) =>
    entry.kind === 'observation' && entry.observation.kind === 'reading' ? [entry.observation] : [],
  );

describe('a lot on three sockets', () => {
  let run: MemoryRun;
  beforeAll(async () => {
    run = await runInMemory(TARGET, { ...RIG, position: 'all' });
  });

  test('asks each socket the same; only those beside the first are named in the keys', () => {
    expect(run.plan.cases.map(({ key }) => key)).toEqual([
      `${TARGET}#current=15 A`,
      `${TARGET}#current=15 A@A2`,
      `${TARGET}#current=15 A@A3`,
    ]);
    expect(run.judgement).toMatchObject({ exitCode: 0, rigSafe: 'verified' });
  });

  test('each socket holds a meter of its own, and every reading names both', () => {
    const readings = readingsIn(run);
    expect(readings.map(({ position, meter }) => [position, meter])).toEqual([
      ['A1', '60012345'],
      ['A2', '60012346'],
      ['A3', '60012347'],
    ]);
    expect(new Set(readings.map(({ value }) => value)).size).toBe(3);
  });

  test('a meter measures the same alone as in the lot', async () => {
    const alone = await runInMemory(TARGET, { ...RIG, position: 'A2' });
    expect(alone.plan.cases.map(({ key }) => key)).toEqual([`${TARGET}#current=15 A@A2`]);
    expect(readingsIn(alone).map(({ value }) => value)).toEqual([readingsIn(run)[1]?.value]);
  });

  test('plan and reports tell of all sockets, and of the lot as a whole', () => {
    const report = reportOf(run.entries);
    const [error] = report.lot.filter(({ requirement }) => requirement === 'MNT-04');
    const values = readingsIn(run).map(({ value }) => value);
    expect(error).toMatchObject({
      case: 'current=15 A',
      measurement: 'error',
      n: 3,
      minimum: Math.min(...values),
      maximum: Math.max(...values),
    });
    expect(error?.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 3);
    expect(error?.rows.map(({ position, verdict }) => [position, verdict])).toEqual([
      ['A1', 'pass'],
      ['A2', 'pass'],
      ['A3', 'pass'],
    ]);
    const text = renderText(report);
    const { html } = renderHtml({ report, entries: run.entries, chain: null });
    for (const told of [text, html, printPlan(run.plan)]) expect(told).toContain('60012347');
    for (const told of [text, html]) expect(told).toMatch(/n 3, mean .* %, s .* %, min .* %, max/);
    const json = reportSchema.parse(JSON.parse(renderJson(report)));
    expect(json.positions.map(({ position }) => position)).toEqual(['A1', 'A2', 'A3']);
    expect(json.lot.find(({ requirement }) => requirement === 'MNT-04')?.rows).toHaveLength(3);
    // The three probes are three instruments, the standard that all share is one.
    const roles = json.instruments.map(({ role }) => role);
    expect(roles.filter((role) => role === 'optical-port')).toHaveLength(3);
    expect(roles.filter((role) => role === 'reference-standard')).toHaveLength(1);
  });
});

test('without a position the first socket is asked, as on a rig that has but one', async () => {
  const { plan, entries } = await runInMemory(TARGET, RIG);
  expect(plan.cases.map(({ key }) => key)).toEqual([`${TARGET}#current=15 A`]);
  expect(plan).not.toHaveProperty('positions');
  expect(reportOf(entries).lot).toEqual([]);
});

test('a socket that the rig does not have is refused, and those that it has are named', async () => {
  const refused = compose(TARGET, { ...DEFAULT_SETTINGS, ...RIG, position: 'B7' });
  await expect(refused).rejects.toMatchObject({ exitCode: 3 });
  await expect(refused).rejects.toThrow('A1, A2, A3');
});

test('what one socket cannot be asked is told of that socket', async () => {
  const settings = { ...DEFAULT_SETTINGS, rig: 'simulated-lot', position: 'all' };
  const { plan } = await compose('outage/last-gasp', settings);
  expect(plan.cases).toEqual([]);
  const reasons = plan.inapplicable.map(({ reason }) => reason);
  expect(reasons).toHaveLength(3);
  expect(reasons[0]).toMatch(/^needs module-link/);
  expect(reasons[1]).toMatch(/^position A2: needs module-link/);
});
