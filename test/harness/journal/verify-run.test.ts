import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DamagedManifestError, filesOf, writeManifest } from '../../../harness/journal/manifest.ts';
import { verifyRun } from '../../../harness/journal/verify-run.ts';
import { journalText, Story } from '../verdict/story.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-'));
  const entries = new Story().aborted().end('not energised').entries();
  const plan = entries.find((entry) => entry.kind === 'file');
  writeFileSync(join(folder, 'journal.ndjson'), journalText(entries));
  writeFileSync(join(folder, 'plan.json'), plan?.kind === 'file' ? plan.text : '');
  for (const name of [
    'environment.json',
    'report.json',
    'report.html',
    'junit.xml',
    'report.txt',
  ]) {
    writeFileSync(join(folder, name), '{}\n');
  }
  writeManifest(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Flips the lowest bit of one byte. */
function flip(name: string, offset: number): void {
  const bytes = readFileSync(join(folder, name));
  bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  writeFileSync(join(folder, name), bytes);
}

function lineAt(name: string, offset: number): number {
  return readFileSync(join(folder, name)).subarray(0, offset).toString('latin1').split('\n').length;
}

test('a run as it was written has no problem', () => {
  expect(verifyRun(folder)).toEqual({ ok: true, problems: [] });
});

describe('a flipped bit', () => {
  test('in any byte of the journal is found with its line', () => {
    const bytes = readFileSync(join(folder, 'journal.ndjson'));
    for (let offset = 0; offset < bytes.length; offset += 7) {
      flip('journal.ndjson', offset);
      const { problems } = verifyRun(folder);
      const [problem] = problems;
      expect({ offset, file: problem?.file }).toEqual({ offset, file: 'journal.ndjson' });
      // The feed at the end of a line belongs to it; so does the sum of a line in the next one.
      const line = lineAt('journal.ndjson', offset);
      expect([line - 1, line]).toContain(problem?.line);
      writeFileSync(join(folder, 'journal.ndjson'), bytes);
    }
  });

  test.each(['plan.json', 'environment.json', 'report.json', 'manifest.json'])(
    'in any byte of %s is found in that file',
    (name) => {
      const bytes = readFileSync(join(folder, name));
      for (let offset = 0; offset < bytes.length; offset += 11) {
        flip(name, offset);
        const { ok, problems } = verifyRun(folder);
        expect(ok, `byte ${offset}`).toBe(false);
        expect(new Set(problems.map(({ file }) => file)), `byte ${offset}`).toEqual(
          new Set([name]),
        );
        writeFileSync(join(folder, name), bytes);
      }
    },
  );

  test('in the plan is told with its line', () => {
    flip('plan.json', 40);
    expect(verifyRun(folder).problems).toMatchObject([{ file: 'plan.json', line: 1 }]);
  });
});

test('a file that is gone, one that was added, and a missing manifest are found', () => {
  rmSync(join(folder, 'environment.json'));
  writeFileSync(join(folder, 'more.txt'), 'x');
  expect(verifyRun(folder).problems).toEqual([
    { file: 'environment.json', line: null, what: 'is in the manifest but not there' },
    { file: 'more.txt', line: null, what: 'is not in the manifest' },
  ]);
  writeFileSync(join(folder, 'environment.json'), '{}\n');
  rmSync(join(folder, 'manifest.json'));
  expect(verifyRun(folder).problems).toMatchObject([{ file: 'manifest.json' }]);
});

test('a manifest that is made anew keeps the sums of what it did not rewrite', () => {
  writeFileSync(join(folder, 'environment.json'), '{"host":"another"}\n');
  writeFileSync(join(folder, 'report.json'), '{"new":true}\n');
  writeManifest(folder, ['report.json']);
  expect(verifyRun(folder).problems).toMatchObject([{ file: 'environment.json' }]);
});

test('a manifest that cannot be read is not replaced in silence', () => {
  writeFileSync(join(folder, 'manifest.json'), '{');
  expect(() => writeManifest(folder)).toThrow(DamagedManifestError);
  writeFileSync(join(folder, 'manifest.json'), '{"files":[null],"sha256":""}');
  expect(() => writeManifest(folder)).toThrow('manifest.json: has no files[0] of type object');
  expect(verifyRun(folder).problems).toMatchObject([{ file: 'manifest.json' }]);
});

test('a journal that was cut between two lines lacks its end', () => {
  const path = join(folder, 'journal.ndjson');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  writeFileSync(path, `${lines.slice(0, -1).join('\n')}\n`);
  rmSync(join(folder, 'manifest.json'));
  writeManifest(folder);
  expect(verifyRun(folder).problems).toEqual([
    {
      file: 'journal.ndjson',
      line: lines.length - 1,
      what: 'the run’s end is missing: no run-closed follows',
    },
  ]);
});

test.each([
  'plan.json',
  'environment.json',
  'report.json',
  'report.html',
  'junit.xml',
  'report.txt',
])('%s is missed, listed or not', (name) => {
  rmSync(join(folder, name));
  expect(verifyRun(folder).problems).toMatchObject([{ file: name }]);
  rmSync(join(folder, 'manifest.json'));
  writeManifest(folder);
  expect(verifyRun(folder).problems).toEqual([
    { file: name, line: null, what: 'is not there, and every run leaves one' },
  ]);
});

function firstProblem(): string {
  return verifyRun(folder).problems[0]?.what ?? '';
}

describe('a manifest that a later report made', () => {
  test('does not vouch for what it found', () => {
    rmSync(join(folder, 'manifest.json'));
    writeManifest(folder, ['report.json'], 'report');
    expect(firstProblem()).toContain('vouches for environment.json, journal.ndjson');
    expect(firstProblem()).not.toContain('report.json');
    writeManifest(folder, ['report.json']);
    expect(firstProblem()).toContain('only from a later report on');
  });

  test('keeps vouching for what the run itself had listed', () => {
    writeManifest(folder, ['report.json'], 'report');
    expect(verifyRun(folder).ok).toBe(true);
    writeFileSync(join(folder, 'more.txt'), 'x');
    writeManifest(folder, ['report.json'], 'report');
    expect(firstProblem()).toContain('vouches for more.txt only');
  });
});

test('a text whose hash in the journal is not its own is found in its line', () => {
  const entries = new Story().end('not energised').entries();
  const forged = entries.map((entry) =>
    entry.kind === 'file' ? { ...entry, sha256: 'f'.repeat(64) } : entry,
  );
  writeFileSync(join(folder, 'journal.ndjson'), journalText(forged));
  const { problems } = verifyRun(folder);
  expect(problems.some(({ line, what }) => line === 2 && what.includes('plan.json'))).toBe(true);
});

test('the manifest covers every file of the folder but itself', () => {
  expect(filesOf(folder)).toEqual([
    'environment.json',
    'journal.ndjson',
    'junit.xml',
    'plan.json',
    'report.html',
    'report.json',
    'report.txt',
  ]);
});
