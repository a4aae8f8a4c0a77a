import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Defect } from '../../devices/defects/defect.ts';
import { DEFECTS } from '../../devices/defects/index.ts';
import { EXIT } from './exit.ts';
import type { SelftestResult, SelftestTask } from './selftest-worker.ts';

export interface SelftestFlags {
  readonly seeds: number;
  readonly json: boolean;
}

/** What the self-test found; only `missed`, `cross` and `falseAlarms` are a fault of ours. */
export interface SelftestSummary {
  readonly defects: number;
  /** Defects that turned, or blinded, every requirement that they must. */
  readonly caught: number;
  readonly missed: number;
  /** Requirements that turned under a defect that is not theirs. */
  readonly cross: number;
  /** Requirements that a defect of the harness itself left undecided, as it must. */
  readonly blinded: number;
  /** Verdicts that a defect left undecided. */
  readonly blocked: number;
  /** Clean runs that did not pass whole. */
  readonly falseAlarms: number;
  readonly seeds: number;
  readonly distinctJournals: number;
}

/**
 * A harness that passes everything is worthless: runs the suite clean with many seeds and once with
 * every defect, in parallel, and counts what should not be. @returns the exit code
 */
export async function selftestCommand(
  target: string,
  flags: SelftestFlags,
  print: (text: string) => void,
): Promise<number> {
  const clean = Array.from({ length: flags.seeds }, (_, index) => task(target, index + 1, null));
  const inSimulatedTime = DEFECTS.filter(({ needsWallTime }) => needsWallTime !== true);
  const broken = inSimulatedTime.map(({ id }) => task(target, 1, id));
  const results = await runAll([...broken, ...clean]);
  const summary = summaryOf(results);
  print(flags.json ? JSON.stringify(summary) : textOf(summary, results));
  const { missed, cross, falseAlarms } = summary;
  return missed + cross + falseAlarms === 0 ? EXIT.ok : EXIT.failed;
}

function task(target: string, seed: number, defect: string | null): SelftestTask {
  return { target, seed, defect };
}

async function runAll(tasks: readonly SelftestTask[]): Promise<readonly SelftestResult[]> {
  const threads = os.availableParallelism();
  const pool = new Piscina<SelftestTask, SelftestResult>({
    // The worker is found beside this file, whatever its ending is.
    filename: fileURLToPath(
      new URL(`./selftest-worker${endingOf(import.meta.url)}`, import.meta.url),
    ),
    minThreads: threads,
    maxThreads: threads,
    // With the default the event loop of a worker stops between tasks.
    atomics: 'disabled',
  });
  try {
    return await Promise.all(tasks.map((each) => pool.run(each)));
  } finally {
    await pool.destroy();
  }
}

function endingOf(url: string): string {
  return url.slice(url.lastIndexOf('.'));
}

/** Counts results; pure, so that the counting itself can be tested. */
export function summaryOf(results: readonly SelftestResult[]): SelftestSummary {
  const clean = results.filter(({ defect }) => defect === null);
  const broken = results.flatMap((result) => {
    const defect = DEFECTS.find(({ id }) => id === result.defect);
    return defect === undefined ? [] : [{ result, defect }];
  });
  const sum = (count: (found: { result: SelftestResult; defect: Defect }) => number): number =>
    broken.reduce((total, found) => total + count(found), 0);
  return {
    defects: broken.length,
    caught: broken.filter((found) => missedBy(found).length === 0).length,
    missed: sum((found) => missedBy(found).length),
    cross: sum((found) => crossedBy(found).length),
    blinded: sum(({ result, defect }) => blindedBy(defect, result).length),
    blocked: sum(({ result }) => result.blocked),
    falseAlarms: clean.filter(({ exitCode }) => exitCode !== EXIT.ok).length,
    seeds: clean.length,
    distinctJournals: new Set(clean.map(({ observationsSha256 }) => observationsSha256)).size,
  };
}

function missedBy({
  result,
  defect,
}: {
  result: SelftestResult;
  defect: Defect;
}): readonly string[] {
  const { mustTurn, mustBlind = [] } = defect;
  return [
    ...mustTurn.filter((id) => !result.turned.includes(id)),
    ...mustBlind.filter((id) => !result.blinded.includes(id)),
  ];
}

function blindedBy({ mustBlind = [] }: Defect, { blinded }: SelftestResult): readonly string[] {
  return mustBlind.filter((id) => blinded.includes(id));
}

function crossedBy({
  result,
  defect,
}: {
  result: SelftestResult;
  defect: Defect;
}): readonly string[] {
  const permitted = [...defect.mustTurn, ...defect.mayTurn];
  return result.turned.filter((id) => !permitted.includes(id));
}

function textOf(summary: SelftestSummary, results: readonly SelftestResult[]): string {
  const rows = results
    .filter(({ defect }) => defect !== null)
    .map(
      ({ defect, turned, blinded }) =>
        `  ${(defect ?? '').padEnd(36)} turned ${turned.join(' ') || 'nothing'}` +
        (blinded.length === 0 ? '' : `, blinded ${blinded.join(' ')}`),
    );
  const counts = Object.entries(summary).map(([name, count]) => `  ${name.padEnd(18)} ${count}`);
  return ['Defects', ...rows, '', 'Self-test', ...counts].join('\n');
}
