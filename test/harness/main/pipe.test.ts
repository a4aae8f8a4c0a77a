import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

/** Runs the command line; `listens` false closes our ends of its output at once, as `| head` does. */
async function meterbench(args: readonly string[], listens: boolean): Promise<number | null> {
  const child = spawn(process.execPath, ['harness/main/cli.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (!listens) {
    child.stdout.destroy();
    child.stderr.destroy();
  }
  child.stdout.resume();
  child.stderr.resume();
  return new Promise((resolve) => {
    child.on('close', resolve);
  });
}

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'meterbench-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a run whose output nobody reads any more goes on, takes the bench back, and keeps its verdict', async () => {
  const folder = newFolder();
  const code = await meterbench(['run', 'outage/last-gasp', '--out', folder], false);
  const lines = readFileSync(path.join(folder, 'journal.ndjson'), 'utf8').trim().split('\n');
  expect(code).toBe(0);
  expect(lines.filter((line) => line.includes('"kind":"undone"'))).toHaveLength(3);
  expect(lines.at(-1)).toContain('"rigSafe":"verified"');
});

test('a rule that throws ends the case, not the process: safe, reported, our own fault', async () => {
  const folder = newFolder();
  const defect = 'test/harness/main/throwing-defect.ts';
  const code = await meterbench(
    ['run', 'outage/last-gasp', '--out', folder, '--defect', defect],
    true,
  );
  const report = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8')) as {
    readonly exitCode: number;
    readonly rigSafe: string;
  };
  expect(code).toBe(5);
  expect(report).toMatchObject({ exitCode: 5, rigSafe: 'verified' });
});
