import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readGuardianLog } from '../../../harness/journal/guardian-log.ts';
import { verifyRun } from '../../../harness/journal/verify-run.ts';
import { renderRun } from '../../../reports/write.ts';
import { spread, writeFigures } from './figures.ts';
import { guardianClosed, harmAtNs, offAfterMs, startDying } from './runner.ts';
import { type ServedBenchProcess, serveBench } from './served-bench.ts';

/**
 * The runner is killed at every line of its journal, against twins in a process of their own. The
 * bench must be off within 250 ms of the kill by the twins' own log, and the journal that has no end
 * must say so.
 */

/** The product's safety limit for a runner that dies, with instruments that answer (docs/safety.md). */
const OFF_WITHIN_MS = 250;
/** Silence that the desk's guardian allows, and what it takes to notice and to act. */
const WEDGED_OFF_WITHIN_MS = 500 + 250;

const benches: ServedBenchProcess[] = [];
beforeAll(async () => {
  // One at a time: the limit is the product's, not that of a machine with two benches to serve.
  benches.push(await serveBench(), await serveBench({ silence: '500 ms' }));
});
afterAll(async () => {
  for (const bench of benches) await bench.stop();
});

function linesOf(folder: string): readonly string[] {
  return readFileSync(path.join(folder, 'journal.ndjson'), 'utf8').split('\n').slice(0, -1);
}

/** Kills a runner at a line and looks at what is left. @returns the time to the dead socket, ms */
async function killedAt(bench: ServedBenchProcess, line: number): Promise<number | null> {
  const { folder } = await startDying(bench, line).ended;
  await guardianClosed(folder);
  expect(linesOf(folder)).toHaveLength(line);
  expect(bench.milliVolts()).toBe(0);
  const { judgement, report } = renderRun(folder);
  expect(judgement).toMatchObject({ rigSafe: 'verified', exitCode: 130 });
  expect(report.interrupted).toContain(`after line ${line}`);
  expect(report.remarks.join('\n')).toMatch(/the last step was step-\d of |no step had begun/);
  const problems = verifyRun(folder).problems.filter(({ file }) => file === 'guardian.ndjson');
  expect(problems).toEqual([]);
  return offAfterMs(bench, harmAtNs(folder));
}

test('a runner that is killed at any line of its journal leaves the bench off', async () => {
  const [first] = benches;
  if (first === undefined) throw new Error('no bench is served');
  const whole = await startDying(first, 0).ended;
  expect(whole).toMatchObject({ code: 0 });
  const lines = linesOf(whole.folder);
  expect(lines.at(-1)).toContain('"kind":"run-closed","rigSafe":"verified"');
  const queue = Array.from(lines.slice(0, -1), (_, index) => index + 1);
  const offs: number[] = [];
  const work = async (bench: ServedBenchProcess): Promise<void> => {
    for (let line = queue.shift(); line !== undefined; line = queue.shift()) {
      const off = await killedAt(bench, line);
      if (off !== null) offs.push(off);
    }
  };
  await work(first);
  expect(offs.length).toBeGreaterThan(5);
  expect(Math.max(...offs)).toBeLessThanOrEqual(OFF_WITHIN_MS);
  writeFigures(
    'killed',
    `Runner killed (SIGKILL) at each of the ${lines.length - 1} lines of the journal of an energised scenario; in ${offs.length} of them the socket was live. From the kill to the dead socket: ${spread(offs)}.`,
  );
}, 600_000);

test('a byte that was changed after a kill is found, in either journal', async () => {
  const [bench] = benches;
  if (bench === undefined) throw new Error('no bench is served');
  const lines = linesOf(path.join(bench.folder, 'kill-0'));
  const { folder } = await startDying(bench, lines.length).ended;
  await guardianClosed(folder);
  const guardian = path.join(folder, 'guardian.ndjson');
  const before = readFileSync(guardian, 'utf8');
  writeFileSync(
    guardian,
    before.replace('"cause":"the runner is gone"', '"cause":"asked for by hand"'),
  );
  expect(verifyRun(folder).problems).toContainEqual(
    expect.objectContaining({ file: 'guardian.ndjson', what: 'the line before it was changed' }),
  );
  writeFileSync(guardian, before);
  const journal = path.join(folder, 'journal.ndjson');
  writeFileSync(journal, `${lines.slice(0, -2).join('\n')}\n`);
  expect(verifyRun(folder).problems).toContainEqual({
    file: 'guardian.ndjson',
    line: 2,
    what: `line ${lines.length} of the runner’s journal is not as it was`,
  });
});

test('a runner whose main thread never comes back is noticed, and ended', async () => {
  const [patientBench, bench] = benches;
  if (patientBench === undefined || bench === undefined) throw new Error('no bench is served');
  const lines = linesOf(path.join(patientBench.folder, 'kill-0'));
  const loaded = lines.findIndex((line) => /step-closed.*step-2/.test(line)) + 1;
  const end = await startDying(bench, loaded, 'wedge').ended;
  expect(end.signal).toBe('SIGKILL');
  await guardianClosed(end.folder);
  const off = offAfterMs(bench, harmAtNs(end.folder));
  expect(off).not.toBeNull();
  expect(off ?? 0).toBeGreaterThan(100);
  expect(off ?? 0).toBeLessThanOrEqual(WEDGED_OFF_WITHIN_MS);
  const taken = readGuardianLog(end.folder).find(({ kind }) => kind === 'made-safe');
  expect(taken).toMatchObject({ cause: 'the runner is silent', outcome: 'verified' });
  expect(renderRun(end.folder).judgement).toMatchObject({ rigSafe: 'verified', exitCode: 130 });
  writeFigures('wedged', `Main thread wedged: the socket was dead ${off?.toFixed(0)} ms after it.`);
});
