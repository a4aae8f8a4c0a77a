import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compose, DEFAULT_SETTINGS } from '../../../harness/main/compose.ts';
import { runInMemory } from '../../../harness/main/memory-run.ts';
import { command, serve, writeQuickProfile } from './command-line.ts';

const METERS = 20;
const folder = mkdtempSync(join(tmpdir(), 'meterbench-head-end-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
const profile = writeQuickProfile(join(folder, 'quick.yaml'));
const SHIPPED = new URL('../../../rigs/reference.head-end.yaml', import.meta.url);

/** The reference head-end in a process that knows nothing of the run, with a file that describes it. */
async function stranger(change: (text: string) => string = (text) => text): Promise<string> {
  const { ready, target } = await serve('serve', 'head-end', '--port=0', `--meters=${METERS}`);
  const { port } = ready['configuration'] as { readonly port: number };
  const { url } = ready['northbound'] as { readonly url: string };
  const text = readFileSync(SHIPPED, 'utf8')
    .replace('127.0.0.1:1153', target)
    .replace('127.0.0.1:1154', `127.0.0.1:${port}`)
    .replaceAll('http://127.0.0.1:8153', url);
  const file = join(folder, `stranger-${port}.head-end.yaml`);
  writeFileSync(file, change(text));
  return file;
}

function scenario(): string {
  const file = join(folder, 'registered.yaml');
  writeFileSync(
    file,
    `scenario: Meters register with a head-end that is there already
covers: [REG-06, REG-10]
fleet: { meters: ${METERS}, profile: ${profile}, commissioned: fresh }
steps:
  - do: close-mains
  - do: await-state
    with: { state: placed, within: 60 s }
  - do: take-snapshot
    with: { as: registered }
expect:
  - snapshot: registered
    decides: [REG-06]
    holds: headEnd.records == 1 && headEnd.inRegistrationGroup
  - snapshot: registered
    decides: [REG-10]
    holds: headEnd.serial == meter.serial
`,
  );
  return file;
}

function verdictsOf({ judgement }: Awaited<ReturnType<typeof runInMemory>>) {
  return judgement.verdicts.map(({ requirement, verdict, blame }) => [requirement, verdict, blame]);
}

describe('a head-end that is there already', () => {
  test('is heard and driven by its file alone, and judged', async () => {
    const file = await stranger();
    expect(await command('head-end', 'check', file, '--json')).toMatchObject({
      headEnd: 'reference head-end, by its REST',
    });
    const run = await runInMemory(scenario(), { headEnd: file, wallTime: true });
    expect(run.plan.abilities.headEnd?.name).toBe('reference head-end, by its REST');
    expect(verdictsOf(run)).toEqual([
      ['REG-06', 'pass', null],
      ['REG-10', 'pass', null],
    ]);
  });

  test('one that has each record twice fails, and takes the blame', async () => {
    const doubled = "/meters/query, answer: '$append($, $)' }";
    const file = await stranger((text) => text.replace('/meters/query }', doubled));
    expect(verdictsOf(await runInMemory(scenario(), { headEnd: file, wallTime: true }))).toEqual([
      ['REG-06', 'fail', 'head-end'],
      ['REG-10', 'pass', null],
    ]);
  });
});

test('what it lacks, what takes too long and what a rig asks is inapplicable, each with the reason', async () => {
  const file = join(folder, 'poor.head-end.yaml');
  const text = readFileSync(SHIPPED, 'utf8')
    .replace('  - provisioning\n', '')
    .replace('30 min', '3 min');
  writeFileSync(file, text);
  const { plan } = await compose('quick', { ...DEFAULT_SETTINGS, headEnd: file, wallTime: true });
  const reasonOf = (scenarioKey: string) =>
    plan.inapplicable.find((one) => one.scenario === scenarioKey)?.reason;
  expect(reasonOf('clock-sync/boundaries')).toMatch(/asks the meter on a rig/);
  expect(reasonOf('provisioning/provisioned')).toMatch(/provision|take-snapshot/);
  expect(reasonOf('outage/feeder')).toMatch(/of wall time .* permits 3 min \(longest\)/);
});

test('the manifest tells who the meters are, and no key', async () => {
  const columns = '--columns=serial,keyId';
  const rows = await command('head-end', 'manifest', '--meters=3', '--format=json', columns);
  expect(rows).toEqual([
    { serial: '60000001', keyId: 0 },
    { serial: '60000002', keyId: 1 },
    { serial: '60000003', keyId: 2 },
  ]);
});
