import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadRig } from '../../../harness/main/rig-files.ts';
import type { Reading } from '../../../rigs/port/observation.ts';
import type { RigFile } from '../../../rigs/rig-file.ts';
import { benchForTests, type TestBench } from './bench-for-tests.ts';

const RIG = readFileSync('rigs/simulated.rig.yaml', 'utf8');

/** The shipped simulated rig with another isolation switch. */
function rigWith(driver: string): RigFile {
  const text = RIG.replace('driver: lcus\n  port: simulated\n  channel: 1', driver);
  expect(text).not.toBe(RIG);
  const rig = loadRig('a.rig.yaml', text);
  if (!rig.ok) throw new Error(JSON.stringify(rig.mistakes));
  return rig.value;
}

const TIMED = rigWith(
  'driver: modbus-rtu\n  port: simulated\n  address: 1\n  coil: 0\n  timer: waveshare',
);

function outageOf({ observed }: TestBench): Reading {
  const found = observed.find(({ kind }) => kind === 'reading');
  if (found?.kind !== 'reading') throw new Error('no outage was observed');
  return found;
}

/** What the switch was seen to be, in order. */
function seenBy({ observed }: TestBench): string[] {
  return observed.flatMap((each) => (each.kind === 'switch' ? [each.verified] : []));
}

test('an outage that the board can time ends by its timer, seen by the standard', async () => {
  const bench = await benchForTests({ rig: TIMED });
  await bench.perform({ do: 'close-mains' });
  await bench.perform({ do: 'interrupt-mains', as: 'outage', forNs: 20e9 });
  expect(outageOf(bench)).toMatchObject({ value: 20e9 });
  // The board's beat is the larger part: nobody but the timer has closed.
  expect(outageOf(bench).expandedUncertainty).toBeGreaterThan(100e6);
  expect(seenBy(bench)).toEqual(['open', 'closed', 'open', 'closed']);
});

test('another outage is ended by the bench', async () => {
  const bench = await benchForTests({ rig: TIMED });
  await bench.perform({ do: 'close-mains' });
  await bench.perform({ do: 'interrupt-mains', as: 'outage', forNs: 15_050e6 });
  expect(outageOf(bench)).toMatchObject({ value: 15_050e6 });
  expect(outageOf(bench).expandedUncertainty).toBeLessThan(20e6);
  expect(seenBy(bench)).toEqual(['open', 'closed', 'open', 'closed']);
});

test('taking a bench back in a timed outage waits until the timer cannot close any more', async () => {
  const bench = await benchForTests({ rig: TIMED });
  await bench.perform({ do: 'close-mains' });
  const undo = bench.undos.find(({ name }) => name === 'isolation switch open');
  const usualBudgetNs = undo?.budgetNs ?? 0;
  const cut = new AbortController();
  const interrupted = bench.perform(
    { do: 'interrupt-mains', as: 'outage', forNs: 60e9 },
    cut.signal,
  );
  void bench.clock.sleepUntil(bench.clock.nowNs() + 10e9).then(() => cut.abort());
  await expect(interrupted).rejects.toThrow('aborted');
  expect(undo?.budgetNs).toBeGreaterThan(usualBudgetNs + 50e9);
  const startedNs = bench.clock.nowNs();
  const budgetNs = undo?.budgetNs ?? 0;
  expect(await undo?.run()).toBe('standard reads 0.0 V at the socket');
  expect(bench.clock.nowNs() - startedNs).toBeGreaterThan(49e9);
  expect(bench.clock.nowNs() - startedNs).toBeLessThan(budgetNs);
});

test('a bench without a source has the mains of the house behind its switch', async () => {
  const { source: _none, ...rig } = TIMED;
  const bench = await benchForTests({ rig });
  await bench.perform({ do: 'close-mains' });
  await bench.perform({ do: 'open-mains' });
  expect(seenBy(bench)).toEqual(['closed', 'open']);
});
