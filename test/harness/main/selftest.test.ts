import { expect, test } from 'vitest';
import { DEFECTS } from '../../../devices/defects/index.ts';
import { summaryOf } from '../../../harness/main/selftest-command.ts';
import selftest, { type SelftestResult } from '../../../harness/main/selftest-worker.ts';

const [DEFECT] = DEFECTS;
if (DEFECT === undefined) throw new Error('there are no defects');

function clean(seed: number, change: Partial<SelftestResult> = {}): SelftestResult {
  const found = {
    turned: [],
    blinded: [],
    blocked: 0,
    exitCode: 0,
    observationsSha256: `journal ${seed}`,
  };
  return { target: 'acceptance', seed, defect: null, ...found, ...change };
}

function broken(turned: readonly string[]): SelftestResult {
  return { ...clean(1), defect: DEFECT?.id ?? '', turned, exitCode: 1 };
}

test('a defect that turns all of its own is caught', () => {
  const summary = summaryOf([broken(DEFECT.mustTurn), clean(1), clean(2)]);
  expect(summary).toEqual({
    defects: 1,
    caught: 1,
    missed: 0,
    cross: 0,
    blinded: 0,
    blocked: 0,
    falseAlarms: 0,
    seeds: 2,
    distinctJournals: 2,
  });
});

test('what a defect leaves standing is missed, what it turns beside its own is cross', () => {
  const [first] = DEFECT.mustTurn;
  const summary = summaryOf([broken([first ?? '', 'MNT-04'])]);
  expect(summary).toMatchObject({ caught: 0, missed: DEFECT.mustTurn.length - 1, cross: 1 });
});

function blind(blinded: readonly string[]) {
  return summaryOf([{ ...clean(1), defect: 'deaf-observer', blinded, exitCode: 2 }]);
}

test('a defect that blinds is caught by what it blinds, and missed while that is decided', () => {
  expect(blind(['OUT-10', 'OUT-11'])).toMatchObject({ caught: 1, missed: 0, blinded: 2 });
  expect(blind(['OUT-10'])).toMatchObject({ caught: 0, missed: 1, blinded: 1 });
});

test('a clean run that does not pass is a false alarm, and equal journals are not distinct', () => {
  const same = { observationsSha256: 'same' };
  const summary = summaryOf([clean(1, { ...same, exitCode: 2 }), clean(2, same)]);
  expect(summary).toMatchObject({ falseAlarms: 1, seeds: 2, distinctJournals: 1 });
});

test('a worker tells what a run turned and how its observations differ by seed', async () => {
  const target = 'clock-sync/reference';
  const first = await selftest({ target, seed: 1, defect: 'clock-follows-host' });
  const other = await selftest({ target, seed: 2, defect: null });
  expect(first.turned).toEqual(['CLK-06']);
  expect(other.turned).toEqual([]);
  expect(other.observationsSha256).not.toBe(first.observationsSha256);
  const again = await selftest({ target, seed: 2, defect: null });
  expect(again.observationsSha256).toBe(other.observationsSha256);
});
