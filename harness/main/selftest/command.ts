import { performance } from 'node:perf_hooks';
import { DEFECTS } from '../../../devices/defects/index.ts';
import { EXIT } from '../exit.ts';
import type { CleanRun } from './clean-run.ts';
import { selectionFor } from './matrix.ts';
import { SelftestPool } from './pool.ts';
import { drawnFor, sharesOf } from './shares.ts';
import {
  type CleanSeed,
  type DefectOutcome,
  isFalseAlarm,
  outcomeOf,
  type SelftestSummary,
  summaryOf,
} from './summary.ts';

export interface SelftestFlags {
  readonly seeds: number;
  /** Time that all may take together; clean runs of long cases are thinned out to keep it. */
  readonly minutes: number;
  readonly json: boolean;
}

/** Seed of the clean run with which defects are compared. */
const FIRST_SEED = 1;
/** Of the time that is left for clean seeds: plans are made too, and no two runs take equally long. */
const USED_SHARE = 0.8;

/**
 * A harness that passes everything is worthless: runs the target clean once and notes which rules
 * each case asks, runs with every defect the cases that it reaches, takes the evidence from under
 * every pass, and runs clean with many seeds; in parallel, in simulated time. @returns the exit code
 */
export async function selftestCommand(
  target: string,
  flags: SelftestFlags,
  print: (text: string) => void,
): Promise<number> {
  const endsAtMs = performance.now() + flags.minutes * 60e3;
  const pool = new SelftestPool();
  try {
    const clean = await pool.record(target, FIRST_SEED);
    const outcomes = await Promise.all(outcomesOf(clean, pool));
    const seeds = await cleanSeeds(clean, flags.seeds, endsAtMs - performance.now(), pool);
    const summary = summaryOf(clean, outcomes, seeds);
    print(flags.json ? JSON.stringify(summary) : textOf(summary, clean, outcomes, seeds));
    const { missed, cross, falseAlarms, evidenceSurvivors, unforeseen } = summary;
    const faults = missed + cross + falseAlarms + evidenceSurvivors + unforeseen;
    return faults === 0 ? EXIT.ok : EXIT.failed;
  } finally {
    await pool.close();
  }
}

function outcomesOf(clean: CleanRun, pool: SelftestPool): readonly Promise<DefectOutcome>[] {
  const inSimulatedTime = DEFECTS.filter(({ needsWallTime }) => needsWallTime !== true);
  return inSimulatedTime.map(async (defect) => {
    const selection = selectionFor(defect, clean);
    const cases = [...selection.reached, ...selection.checks];
    const { target, seed } = clean;
    const rows =
      cases.length === 0 ? [] : (await pool.run({ target, seed, defect: defect.id, cases })).rows;
    return outcomeOf(defect, selection, rows, clean);
  });
}

async function cleanSeeds(
  { target, cases }: CleanRun,
  count: number,
  leftMs: number,
  pool: SelftestPool,
): Promise<readonly CleanSeed[]> {
  const perSeedMs = (Math.max(leftMs, 0) * pool.threads * USED_SHARE) / count;
  const shares = sharesOf(cases, perSeedMs);
  const always = [...shares].flatMap(([key, share]) => (share === 1 ? [key] : []));
  const others = new Map([...shares].filter(([, share]) => share < 1));
  const seeds = Array.from({ length: count }, (_, index) => index + 1);
  return Promise.all(
    seeds.map(async (seed) => {
      const drawn = drawnFor(seed, others);
      // Two runs: which long cases were drawn must not show in the sum of the others.
      const [one, other] = await Promise.all([
        pool.run({ target, seed, defect: null, cases: always }),
        drawn.length === 0 ? null : pool.run({ target, seed, defect: null, cases: drawn }),
      ]);
      return { always: one, drawn: other };
    }),
  );
}

function textOf(
  summary: SelftestSummary,
  clean: CleanRun,
  outcomes: readonly DefectOutcome[],
  seeds: readonly CleanSeed[],
): string {
  const rows = outcomes.map(
    ({ id, turned, blinded, missed, cross, unforeseen, cases }) =>
      `  ${id.padEnd(36)} ${String(cases).padStart(3)} cases, turned ${turned.join(' ') || 'nothing'}` +
      told('blinded', blinded) +
      told('MISSED', missed) +
      told('CROSS', cross) +
      told('UNFORESEEN', unforeseen),
  );
  const alarms = seeds
    .filter(isFalseAlarm)
    .flatMap(({ always, drawn }) =>
      [...always.rows, ...(drawn?.rows ?? [])]
        .filter(({ verdict }) => verdict !== 'pass')
        .map(
          (row) =>
            `  FALSE ALARM seed ${always.task.seed}: ${row.case} ${row.requirement} ${row.verdict}`,
        ),
    );
  const survivors = clean.survivors.map(
    ({ case: key, requirement, way }) => `  SURVIVOR ${key} ${requirement} ${way}`,
  );
  const counts = Object.entries(summary).map(([name, count]) => `  ${name.padEnd(18)} ${count}`);
  return ['Defects', ...rows, ...alarms, ...survivors, '', 'Self-test', ...counts].join('\n');
}

function told(what: string, ids: readonly string[]): string {
  return ids.length === 0 ? '' : `, ${what} ${ids.join(' ')}`;
}
