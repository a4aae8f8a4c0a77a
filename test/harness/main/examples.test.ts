import { describe, expect, test } from 'vitest';
import { compose, DEFAULT_SETTINGS } from '../../../harness/main/compose.ts';
import { type MemoryRun, runInMemory } from '../../../harness/main/memory-run.ts';
import { printPlan } from '../../../harness/plan/print.ts';

/** What docs/examples shows of counting pulses without a comparison does what it says. */

const CREEP = 'docs/examples/creep.yaml';
const STARTING = 'docs/examples/starting-load.yaml';
const CREEPING = 'test/harness/main/creeping-defect.ts';
const LAZY = 'test/harness/main/lazy-defect.ts';

const words = ({ judgement }: MemoryRun): readonly string[] =>
  judgement.verdicts.map(({ verdict }) => verdict);

const printed = async (file: string): Promise<string> =>
  printPlan((await compose(file, DEFAULT_SETTINGS)).plan);

function counted({ entries }: MemoryRun, name: string) {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'observation' || entry.observation.kind !== 'reading') return [];
    return entry.observation.name === name ? [entry.observation] : [];
  })[0];
}

describe('creep', () => {
  test.each([1, 2, 3])('of a good meter is none, whatever its seed: %i', async (seed) => {
    const good = await runInMemory(CREEP, { seed });
    expect(words(good)).toEqual(['pass']);
    expect(counted(good, 'creep')).toMatchObject({
      value: 0,
      unit: 'count',
      expandedUncertainty: 0,
      raw: { windowNs: 1200e9 },
      instrument: 'pulse-input',
    });
    expect(counted(good, 'after')?.raw).toMatchObject({ nominalPulses: 10 });
  });

  test('of a meter with a pulse in ten minutes is too much', async () => {
    const bad = await runInMemory(CREEP, { defect: CREEPING });
    expect(counted(bad, 'creep')?.value).toBe(2);
    expect(words(bad)).toEqual(['fail']);
    expect(bad.judgement.verdicts).toMatchObject([{ blame: 'dut' }]);
  });

  test('is not decided where no pulse was seen under a load either', async () => {
    const dead = await runInMemory(CREEP, { defect: 'test/harness/main/dark-defect.ts' });
    expect(counted(dead, 'creep')?.value).toBe(0);
    expect(words(dead)).toEqual(['inconclusive']);
  });

  test('is not asked of a bench without a scanning head', async () => {
    const { plan } = await compose(CREEP, { ...DEFAULT_SETTINGS, fleet: 60 });
    expect(plan.inapplicable).toMatchObject([{ reason: expect.stringContaining('pulse-input') }]);
  });
});

describe('starting load', () => {
  test('gives pulses within the time that the Kh and the load give', async () => {
    const good = await runInMemory(STARTING);
    expect(words(good)).toEqual(['pass']);
    const { value = 0, raw } = counted(good, 'started') ?? {};
    expect(value).toBeGreaterThanOrEqual(2);
    expect(raw).toMatchObject({ windowNs: 225e9, nominalPulses: 3 });
    expect(raw?.firstAfterNs).toBeLessThanOrEqual(76e9);
  });

  test('of a meter that starts later only is too little', async () => {
    expect(words(await runInMemory(STARTING, { defect: LAZY }))).toEqual(['fail']);
  });
});

test('the plan tells how long is counted, and at what load', async () => {
  const creep = await printed(CREEP);
  expect(creep).toContain('pulse count creep: no load: 20 min 00 s');
  expect(creep).toContain('pulse count after: 240 V, 30 A, PF 1: the time of 10 pulses, 5 s');
  expect(creep).toContain('critical path no-load 20 min 00 s');
  expect(await printed(STARTING)).toContain(
    'pulse count started: 240 V, 0.2 A, PF 1: the time of 3 pulses, 3 min 45 s',
  );
});
