import { describe, expect, test } from 'vitest';
import { runInMemory, turned } from '../harness/main/memory-run.ts';

const COVERED = [
  'CLK-01',
  'CLK-02',
  'CLK-03',
  'CLK-04',
  'CLK-05',
  'CLK-06',
  'CLK-07',
  'CLK-08',
  'CLK-09',
  'MNT-03',
  'MNT-04',
  'OUT-01',
  'OUT-02',
  'OUT-03',
  'OUT-05',
  'OUT-10',
  'OUT-11',
  ...numbered('REG', 13),
  ...numbered('PRV', 9),
  'RD-01',
  'RD-03',
  'RD-08',
  'LOD-01',
  'LOD-02',
];

function numbered(family: string, last: number): readonly string[] {
  return Array.from({ length: last }, (_, at) => `${family}-${String(at + 1).padStart(2, '0')}`);
}

function observed(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.includes('"kind":"observation"'));
}

describe('the quick suite on simulated bench and fleets', () => {
  test('passes whole, decides every requirement that it covers, and leaves the bench safe', async () => {
    const { judgement } = await runInMemory('quick');
    const others = judgement.verdicts.filter(({ verdict }) => verdict !== 'pass');
    expect(
      others.map(({ case: name, requirement, reason }) => [name, requirement, reason]),
    ).toEqual([]);
    expect(judgement.exitCode).toBe(0);
    expect(judgement.rigSafe).toBe('verified');
    const decided = new Set(judgement.verdicts.map(({ requirement }) => requirement));
    for (const id of COVERED) expect(decided).toContain(id);
  });

  test.each([2, 3, 4, 5])('passes with the meter of seed %i as well', async (seed) => {
    const { judgement } = await runInMemory('quick', { seed });
    expect([...turned(judgement)]).toEqual([]);
    expect(judgement.exitCode).toBe(0);
  });
});

describe('one seed gives one journal', () => {
  test.each(['outage/feeder', 'provisioning/placed-by-itself', 'load/clusters'])(
    'also with a fleet in one, two and three shards: %s',
    async (scenario) => {
      const [one, two, three] = [
        await runInMemory(scenario, { shards: 1 }),
        await runInMemory(scenario, { shards: 2 }),
        await runInMemory(scenario, { shards: 3 }),
      ];
      expect(two.lines).toEqual(one.lines);
      expect(three.lines).toEqual(one.lines);
      const other = await runInMemory(scenario, { seed: 2 });
      expect(observed(other.lines)).not.toEqual(observed(one.lines));
    },
  );

  test('byte for byte the same again, another one with another seed', async () => {
    const first = await runInMemory('clock-sync/residual');
    const again = await runInMemory('clock-sync/residual');
    const other = await runInMemory('clock-sync/residual', { seed: 2 });
    expect(again.lines).toEqual(first.lines);
    expect(other.lines).not.toEqual(first.lines);
    expect(observed(other.lines)).not.toEqual(observed(first.lines));
  });

  test('also when the meter in the socket is the last row of a large table', async () => {
    const one = await runInMemory('outage/last-gasp');
    const many = await runInMemory('outage/last-gasp', { meters: 100_000 });
    expect(many.lines).toEqual(one.lines);
  });
});

describe('the same scenario file on a fleet', () => {
  test.each(['outage/last-gasp', 'outage/durations', 'outage/restoration-delay'])(
    '%s holds for each meter of sixty, and turns with a defect',
    async (scenario) => {
      const { judgement, plan } = await runInMemory(scenario, { fleet: 60 });
      expect(plan.cases.map(({ fleet }) => fleet?.meters)).toEqual(plan.cases.map(() => 60));
      expect(new Set(judgement.verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
      const broken = await runInMemory(scenario, { fleet: 60, defect: 'no-last-gasp' });
      expect(broken.judgement.exitCode).toBe(1);
    },
  );

  test('what needs an instrument at a socket does not apply, and says so', async () => {
    const { plan } = await runInMemory('accuracy/load-points', { fleet: 60 });
    expect(plan.cases).toEqual([]);
    expect(plan.inapplicable.map(({ reason }) => reason)).toEqual([
      'needs reference-standard and source; bench fleet has none',
    ]);
  });
});

test('without the 1 Hz output a limit of a millisecond cannot be decided', async () => {
  const { judgement } = await runInMemory('clock-sync/residual', { rig: 'simulated-optical-only' });
  const words = judgement.verdicts.map(({ verdict, requirement }) => `${requirement} ${verdict}`);
  expect(words).toContain('CLK-09 inconclusive');
  expect(judgement.exitCode).toBe(2);
});

test('an interrupted run is taken back and comes out as aborted', async () => {
  const interrupted = new AbortController();
  interrupted.abort(new Error('interrupted by SIGINT'));
  const { judgement } = await runInMemory('outage/last-gasp', {}, { signal: interrupted.signal });
  expect(judgement.exitCode).toBe(130);
});
