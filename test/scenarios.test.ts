import { describe, expect, test } from 'vitest';
import { runInMemory, turned } from '../harness/main/memory-run.ts';
import { projectCatalogue } from './harness/plan/abilities.ts';
import { UNASKED } from './holes.ts';

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
    // ARC-02 needs a run over each language: acceptance alone asks it.
    const asked = [...projectCatalogue().requirements.keys()].filter(
      (id) => !UNASKED.has(id) && id !== 'ARC-02',
    );
    expect([...decided].sort()).toEqual(asked.sort());
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
