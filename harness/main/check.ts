/**
 * Every check of the project, one after the other, also when one fails:
 * `node harness/main/start.mjs --check`, which brings Node 24 and node_modules/.bin on PATH.
 * The last line reads `N passed, N failed, N skipped`: the tests, and each other check as one.
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tally } from './tally-reporter.ts';

interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

interface Outcome {
  readonly name: string;
  readonly exitCode: number;
  readonly durationMs: number;
}

const TESTS = 'tests';

const CHECKS: readonly Check[] = [
  { name: 'types', command: 'tsc', args: [] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'format', command: 'oxfmt', args: ['--check'] },
  { name: 'unused', command: 'knip', args: [] },
  {
    name: TESTS,
    command: 'vitest',
    args: ['run', '--reporter=default', '--reporter=./harness/main/tally-reporter.ts'],
  },
];

/** A whole run of tests that left no tally counts as one failure under this name. */
const NO_TALLY: Tally = {
  passed: 0,
  failed: ['vitest ended without telling its results'],
  skipped: [],
};

/**
 * What is told at the end.
 * @param outcomes one per check, in order
 * @param tests what vitest counted, or null when it left nothing
 */
export function summary(
  outcomes: readonly Outcome[],
  tests: Tally | null,
): { readonly text: string; readonly exitCode: 0 | 1 } {
  const tally = completeTally(outcomes, tests);
  const others = outcomes.filter(({ name }) => name !== TESTS);
  const otherFailures = others.filter(({ exitCode }) => exitCode !== 0).length;
  const passed = tally.passed + others.length - otherFailures;
  const failed = tally.failed.length + otherFailures;
  const lines = [
    ...outcomes.map(row),
    ...tally.failed.map((name) => `failed: ${name}`),
    ...tally.skipped.map(({ name, reason }) => `skipped: ${name} (${reason ?? 'no reason given'})`),
    `${passed} passed, ${failed} failed, ${tally.skipped.length} skipped`,
  ];
  return { text: lines.join('\n'), exitCode: failed === 0 ? 0 : 1 };
}

/** An exit code of vitest that no failed test explains is a failure of its own. */
function completeTally(outcomes: readonly Outcome[], tests: Tally | null): Tally {
  if (tests === null) return NO_TALLY;
  const exitCode = outcomes.find(({ name }) => name === TESTS)?.exitCode ?? 0;
  if (exitCode === 0 || tests.failed.length > 0) return tests;
  return { ...tests, failed: [`vitest ended with exit code ${exitCode}`] };
}

function row({ name, exitCode, durationMs }: Outcome): string {
  const result = exitCode === 0 ? 'passed' : `FAILED (${exitCode})`;
  return `${name.padEnd(8)} ${result.padEnd(12)} ${(durationMs / 1000).toFixed(1).padStart(7)} s`;
}

/** Runs one command to its end; an interruption reaches it and ends the checks. */
function run(check: Check, tallyFile: string): Promise<Outcome> {
  const startedMs = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const child = spawn(check.command, check.args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, METERBENCH_TALLY: tallyFile },
  });
  const interrupt = (signal: NodeJS.Signals): void => {
    child.kill(signal);
    process.exitCode = 128 + constants.signals[signal];
  };
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, interrupt);
  child.once('error', reject);
  child.once('exit', (code, signal) => {
    for (const each of signals) process.off(each, interrupt);
    const exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
    resolve({ name: check.name, exitCode, durationMs: performance.now() - startedMs });
  });
  return promise;
}

async function checkAll(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'meterbench-check-'));
  const tallyFile = join(folder, 'tally.json');
  try {
    const outcomes: Outcome[] = [];
    for (const check of CHECKS) {
      console.log(`\n== ${check.name}: ${[check.command, ...check.args].join(' ')}`);
      // One after the other: together they would want more memory and cores than a laptop has.
      // oxlint-disable-next-line no-await-in-loop
      outcomes.push(await run(check, tallyFile));
      if (process.exitCode !== undefined) return;
    }
    const end = summary(outcomes, existsSync(tallyFile) ? readTally(tallyFile) : null);
    process.exitCode = end.exitCode;
    console.log(`\n${end.text}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readTally(file: string): Tally {
  return JSON.parse(readFileSync(file, 'utf8')) as Tally;
}

if (import.meta.main) await checkAll();
