import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readGuardianLog } from '../../../harness/journal/guardian-log.ts';
import { verifyRun } from '../../../harness/journal/verify-run.ts';
import { renderRun } from '../../../reports/write.ts';
import { type ServedBenchProcess, serveBench } from './served-bench.ts';

/**
 * The runner is killed at every line of its journal, against twins in a process of their own. The
 * bench must be off within 250 ms of the kill, by the twins' own log; the torn journal must say so.
 */

const RUNNER = fileURLToPath(new URL('./dying-runner.ts', import.meta.url));
const SCENARIO = fileURLToPath(new URL('./energised.yaml', import.meta.url));
/** The product's safety limit for a runner that dies (twins answer at once; docs/safety.md). */
const OFF_WITHIN_MS = 250;

let bench: ServedBenchProcess;
beforeAll(async () => {
  bench = await serveBench();
});
afterAll(() => bench.stop());

/** Runs the scenario to harm at a line. @returns its folder, and when harm came, ms of the host */
async function runTo(line: number, harm: 'kill' | 'wedge' = 'kill'): Promise<string> {
  const folder = path.join(bench.folder, `${harm}-${line}`);
  mkdirSync(folder);
  const args = [RUNNER, SCENARIO, bench.rig, folder, String(line), harm];
  const child = spawn(process.execPath, args, { env: bench.environment });
  const said = text(child.stderr);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== null && code !== 0) throw new Error(`the runner failed: ${await said}`);
  await guardianClosed(folder);
  return folder;
}

/** Waits until the guardian has written its last line. */
async function guardianClosed(folder: string): Promise<void> {
  const isClosed = (): boolean =>
    readGuardianLog(folder).some(({ kind }) => kind === 'guardian-closed');
  const changed = watch(folder);
  while (!isClosed()) await once(changed, 'change');
  changed.close();
}

/** How long after the harm the socket was dead, by the twins' log; null when it was dead before. */
function offAfterMs(folder: string): number | null {
  const harmNs = Number(readFileSync(path.join(folder, 'harm.txt'), 'utf8'));
  const terminals = bench.log().filter((entry) => entry.kind === 'terminals');
  const before = terminals.findLast(({ monotonicNs }) => monotonicNs <= harmNs);
  if (before?.kind !== 'terminals' || before.milliVolts === 0) return null;
  const off = terminals.find(
    (entry) => entry.kind === 'terminals' && entry.monotonicNs > harmNs && entry.milliVolts === 0,
  );
  return off === undefined ? Number.POSITIVE_INFINITY : (off.monotonicNs - harmNs) / 1e6;
}

test('killed at every line of its journal', { timeout: 600_000 }, async () => {
  const whole = await runTo(0);
  const lines = readFileSync(path.join(whole, 'journal.ndjson'), 'utf8').split('\n').length - 1;
  const energisedAt = readFileSync(path.join(whole, 'journal.ndjson'), 'utf8')
    .split('\n')
    .findIndex((line) => line.includes('"kind":"energised"'));
  expect(energisedAt).toBeGreaterThan(0);
  const offs: number[] = [];
  for (let line = 1; line <= lines; line++) {
    const folder = await runTo(line);
    const off = offAfterMs(folder);
    if (off !== null) offs.push(off);
    expect(bench.milliVolts()).toBe(0);
    const { judgement, report } = renderRun(folder);
    console.log(line, off, judgement.rigSafe, judgement.exitCode, report.remarks);
    expect(off ?? 0).toBeLessThanOrEqual(OFF_WITHIN_MS);
    expect(judgement.rigSafe).toBe(line <= energisedAt ? 'verified' : 'verified');
    expect(judgement.exitCode).toBe(130);
    expect(report.remarks.join('\n')).toMatch(/the last step was|no step had begun/);
    expect(verifyRun(folder).problems.filter(({ file }) => file === 'guardian.ndjson')).toEqual([]);
  }
  console.log(offs);
  expect(existsSync(path.join(bench.folder, 'state'))).toBe(true);
});
