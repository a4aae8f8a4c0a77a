import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadDeclarations } from '../../../harness/main/evidence-file.ts';
import { runInMemory } from '../../../harness/main/memory-run.ts';
import { renderReports } from '../../../reports/write.ts';

const FOLDER = mkdtempSync(path.join(tmpdir(), 'meterbench-evidence-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const DATASHEET = 'a lifetime of 20 years';
writeFileSync(path.join(FOLDER, 'datasheet.txt'), DATASHEET);

function written(text: string): string {
  const file = path.join(
    FOLDER,
    `${createHash('sha256').update(text).digest('hex')}.evidence.yaml`,
  );
  writeFileSync(file, text);
  return file;
}

function evidence(requirement: string, more: string = ''): string {
  return `evidence:
  - requirement: ${requirement}
    statement: The maker promises 20 years
    by: Ann Example
    on: 2026-11-20
${more}`;
}

const FILE = written(evidence('MNT-12', '    document: datasheet.txt\n'));
const SHA256 = createHash('sha256').update(DATASHEET).digest('hex');

describe('what a person declares', () => {
  test('stands in the reports with who, when and the hash of what it rests on, and is no verdict', async () => {
    const settings = { evidence: FILE, require: ['MNT-12'] };
    const { entries, judgement } = await runInMemory('clock-sync/boundaries', settings);
    expect(judgement.exitCode).toBe(0);
    expect(judgement.verdicts.some(({ requirement }) => requirement === 'MNT-12')).toBe(false);
    const { html, text, json } = renderReports(entries);
    expect(text).toContain(
      `MNT-12: The maker promises 20 years, Ann Example on 2026-11-20 (datasheet.txt, SHA-256 ${SHA256})`,
    );
    expect(html).toContain('Declared by a person, decided by no bench');
    expect(html).toContain(SHA256);
    expect((JSON.parse(json) as { declarations: object }).declarations).toEqual([
      expect.objectContaining({ requirement: 'MNT-12', by: 'Ann Example', on: '2026-11-20' }),
    ]);
  });

  test('control: without it the same requirement, required, fails', async () => {
    const { judgement } = await runInMemory('clock-sync/boundaries', { require: ['MNT-12'] });
    expect(judgement.exitCode).toBe(1);
  });
});

describe('a file of evidence', () => {
  const TODAY = '2026-11-27';

  test('gives each document its hash', () => {
    const { declarations } = loadDeclarations(FILE, TODAY);
    expect(declarations.map(({ document }) => document)).toEqual([
      { name: 'datasheet.txt', sha256: SHA256 },
    ]);
    const { declarations: bare } = loadDeclarations(written(evidence('OUT-09')), TODAY);
    expect(bare.map(({ document }) => document)).toEqual([null]);
  });

  test.each([
    ['what a bench decides', evidence('OUT-01'), 'OUT-01 may not be declared; only MNT-12,'],
    ['a day that is none', evidence('MNT-12').replace('11-20', '13-20'), 'a day, as 2026-11-27'],
    ['a day to come', evidence('MNT-12').replace('11-20', '11-28'), 'still to come'],
    ['a missing document', evidence('MNT-12', '    document: none.pdf\n'), 'document none.pdf'],
    ['nobody who answers', evidence('MNT-12').replace(/ *by.*\n/, ''), 'by'],
  ])('with %s is refused', (_what, text, message) => {
    expect(() => loadDeclarations(written(text), TODAY)).toThrow(message);
  });
});
