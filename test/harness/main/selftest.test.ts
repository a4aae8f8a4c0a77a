import { describe, expect, test } from 'vitest';
import type { Defect } from '../../../devices/defects/defect.ts';
import type { CleanCase, CleanRun } from '../../../harness/main/selftest/clean-run.ts';
import { selectionFor, type Selection } from '../../../harness/main/selftest/matrix.ts';
import type { Row } from '../../../harness/main/selftest/rows.ts';
import { drawnFor, sharesOf } from '../../../harness/main/selftest/shares.ts';
import { type CleanSeed, outcomeOf, summaryOf } from '../../../harness/main/selftest/summary.ts';
import selftest, { record, type SelftestResult } from '../../../harness/main/selftest/worker.ts';

function row(key: string, requirement: string, verdict: Row['verdict'] = 'pass'): Row {
  const blame = verdict === 'inconclusive' ? 'harness' : null;
  return { case: key, requirement, verdict, blame };
}

function cleanCase(key: string, change: Partial<CleanCase> = {}): CleanCase {
  return { key, hasFleet: false, asked: [], tookMs: 10, ...change };
}

const CLEAN: CleanRun = {
  target: 'quick',
  seed: 1,
  cases: [cleanCase('a', { asked: ['outageDeclared'] }), cleanCase('b', { hasFleet: true })],
  rows: [row('a', 'OUT-03'), row('a', 'OUT-01'), row('b', 'OUT-10')],
  survivors: [],
};
const DEFECT: Defect = {
  id: 'late',
  title: 'late',
  mustTurn: ['OUT-03'],
  mayTurn: ['OUT-01'],
  meterRules: { outageDeclared: () => false },
};
const REACHED: Selection = { reached: ['a'], checks: [] };

function found(rows: readonly Row[], selection = REACHED, defect = DEFECT) {
  const { missed, cross, unforeseen, blocked } = outcomeOf(defect, selection, rows, CLEAN);
  return { missed, cross, unforeseen, blocked };
}

const NOTHING = { missed: [], cross: [], unforeseen: [], blocked: 0 };

describe('what became of a defect', () => {
  test('it is run with the cases that ask a rule which it replaces', () => {
    expect(selectionFor(DEFECT, CLEAN).reached).toEqual(['a']);
  });

  test('one of a link is run with every fleet', () => {
    const drops: Defect = { id: 'x', title: 'x', mustTurn: [], mayTurn: [], links: {} };
    expect(selectionFor(drops, CLEAN).reached).toEqual(['b']);
  });

  test('of the cases that it cannot reach one in twenty is run all the same', () => {
    const others = Array.from({ length: 2_000 }, (_, index) => cleanCase(`other ${index}`));
    const { checks } = selectionFor(DEFECT, { ...CLEAN, cases: others });
    expect(checks.length).toBeGreaterThan(60);
    expect(checks.length).toBeLessThan(140);
  });

  test('it is caught when all of its own turn, also with what may turn', () => {
    expect(found([row('a', 'OUT-03', 'fail'), row('a', 'OUT-01')])).toEqual(NOTHING);
    expect(found([row('a', 'OUT-03', 'fail'), row('a', 'OUT-01', 'fail')])).toEqual(NOTHING);
  });

  test('what it leaves standing is missed', () => {
    expect(found(CLEAN.rows)).toEqual({ ...NOTHING, missed: ['OUT-03'] });
  });

  test('what it turns beside its own is cross', () => {
    const rows = [row('a', 'OUT-03', 'fail'), row('a', 'CLK-01', 'error')];
    expect(found(rows)).toEqual({ ...NOTHING, cross: ['CLK-01'] });
  });

  test('a case that differs although it asks no rule of its is unforeseen', () => {
    const rows = [row('a', 'OUT-03', 'fail'), row('b', 'OUT-10', 'inconclusive')];
    const selection = { reached: ['a'], checks: ['b'] };
    expect(found(rows, selection)).toEqual({ ...NOTHING, unforeseen: ['b'] });
  });

  test('one that blinds is caught by what nobody can decide any more', () => {
    const blinds: Defect = { ...DEFECT, mustTurn: [], mustBlind: ['OUT-10'] };
    const all = { reached: ['a', 'b'], checks: [] };
    const blind = [row('a', 'OUT-03'), row('a', 'OUT-01'), row('b', 'OUT-10', 'inconclusive')];
    expect(found(blind, all, blinds)).toEqual({ ...NOTHING, blocked: 1 });
    expect(found(CLEAN.rows, all, blinds)).toEqual({ ...NOTHING, missed: ['OUT-10'] });
  });
});

function result(seed: number, change: Partial<SelftestResult> = {}): SelftestResult {
  const task = { target: 'quick', seed, defect: null, cases: ['a', 'b'] };
  return { task, rows: [], exitCode: 0, observationsSha256: `journal ${seed}`, ...change };
}

function cleanSeed(seed: number, change: Partial<SelftestResult> = {}): CleanSeed {
  return { always: result(seed, change), drawn: null };
}

describe('the count', () => {
  test('of clean seeds and of defects', () => {
    const outcome = outcomeOf(DEFECT, REACHED, [row('a', 'OUT-03', 'fail')], CLEAN);
    expect(summaryOf(CLEAN, [outcome], [cleanSeed(1), cleanSeed(2)])).toEqual({
      defects: 1,
      caught: 1,
      missed: 0,
      cross: 0,
      blocked: 0,
      falseAlarms: 0,
      seeds: 2,
      distinctJournals: 2,
      evidenceSurvivors: 0,
      unforeseen: 0,
      leastSeeds: 2,
    });
  });

  test('a clean run that does not pass is a false alarm, and equal journals are not distinct', () => {
    const same = { observationsSha256: 'same' };
    const alarm = cleanSeed(1, { ...same, exitCode: 2 });
    const drawn: CleanSeed = { always: result(2, same), drawn: result(2, { exitCode: 1 }) };
    const summary = summaryOf(CLEAN, [], [alarm, drawn, cleanSeed(3, same)]);
    expect(summary).toMatchObject({ falseAlarms: 2, seeds: 3, distinctJournals: 1 });
  });
});

describe('when time is short', () => {
  const cases = [cleanCase('short'), cleanCase('long', { tookMs: 1_000 })];

  test('with time for all every case is run with every seed', () => {
    expect(sharesOf(cases, 2_000)).toEqual(
      new Map([
        ['short', 1],
        ['long', 1],
      ]),
    );
  });

  test('the long ones are thinned out, and the mean keeps the time', () => {
    const shares = sharesOf(cases, 210);
    expect(shares.get('short')).toBe(1);
    expect(shares.get('long')).toBeCloseTo(0.2, 9);
    const runs = Array.from({ length: 1_000 }, (_, seed) => drawnFor(seed, shares)).flat();
    const longs = runs.filter((key) => key === 'long').length;
    expect(longs).toBeGreaterThan(150);
    expect(longs).toBeLessThan(250);
    expect(runs.length - longs).toBe(1_000);
  });
});

test('a worker tells what a run turned and how its observations differ by seed', async () => {
  const target = 'clock-sync/reference';
  const { cases: recorded } = await record({ target, seed: 1 });
  const cases = recorded.map(({ key }) => key);
  const first = await selftest({ target, seed: 1, defect: 'clock-follows-host', cases });
  const other = await selftest({ target, seed: 2, defect: null, cases });
  expect(
    first.rows.filter(({ verdict }) => verdict === 'fail').map((one) => one.requirement),
  ).toEqual(expect.arrayContaining(['CLK-06']));
  expect(first.exitCode).toBe(1);
  expect(other.exitCode).toBe(0);
  expect(other.observationsSha256).not.toBe(first.observationsSha256);
  const again = await selftest({ target, seed: 2, defect: null, cases });
  expect(again.observationsSha256).toBe(other.observationsSha256);
});
