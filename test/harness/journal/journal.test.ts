import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DamagedRunError } from '../../../harness/journal/damage.ts';
import type { EntryBody } from '../../../harness/journal/entry.ts';
import { lineOf } from '../../../harness/journal/line.ts';
import { DamagedJournalError, readJournal } from '../../../harness/journal/reader.ts';
import { verifyJournal } from '../../../harness/journal/verify.ts';
import { JournalError, JournalWriter } from '../../../harness/journal/writer.ts';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';
import { journalText, Story } from '../verdict/story.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const BODIES: readonly EntryBody[] = [
  { kind: 'run-opened', format: 'meterbench-journal/1', runId: 'r', seed: 1, time: 'simulated' },
  { kind: 'case-opened', case: 'ä#1' },
  { kind: 'case-closed', case: 'ä#1' },
  { kind: 'run-closed', rigSafe: 'not energised' },
];

function write(name: string, bodies: readonly EntryBody[] = BODIES): string {
  const path = join(folder, name);
  let atNs = 0;
  const writer = new JournalWriter(path, () => ({
    atNs: ++atNs,
    wall: '2026-01-05T00:00:00.000Z',
  }));
  for (const body of bodies) writer.append(body);
  writer.close();
  return readFileSync(path, 'utf8');
}

describe('writing', () => {
  test('what was written can be read back and verified', () => {
    const text = write('a');
    expect(verifyJournal(text)).toEqual({ ok: true, lines: BODIES.length });
    const { entries, torn } = readJournal(text);
    expect(torn).toBeNull();
    expect(entries).toMatchObject(BODIES.map((body, index) => ({ ...body, seq: index + 1 })));
    expect(entries[0]?.prev).toBe('0'.repeat(64));
  });

  test('the same entries give the same bytes, whatever the order of their keys', () => {
    const opposite = BODIES.map(
      (body) => Object.fromEntries(Object.entries(body).toReversed()) as unknown as EntryBody,
    );
    expect(write('a', opposite)).toBe(write('b'));
  });

  test('lines carry the time of the clock that was told last', () => {
    const path = join(folder, 'clocks');
    const writer = new JournalWriter(path, () => ({ atNs: 7, wall: 'then' }));
    writer.append({ kind: 'case-opened', case: 'a#1' });
    const clock = new SimulatedClock(Date.UTC(2026, 0, 5));
    writer.keepTime(clock);
    writer.append({ kind: 'case-closed', case: 'a#1' });
    writer.close();
    expect(readJournal(readFileSync(path, 'utf8')).entries).toMatchObject([
      { atNs: 7, wall: 'then' },
      { atNs: 0, wall: '2026-01-05T00:00:00.000Z' },
    ]);
  });

  test('an old journal is never overwritten', () => {
    write('a');
    expect(() => write('a')).toThrow(JournalError);
    expect(() => write('a')).toThrow(join(folder, 'a'));
  });

  test('a number that JSON cannot hold is refused', () => {
    const [entry] = new Story().entries();
    if (entry === undefined) throw new Error('a story has entries');
    expect(() => lineOf({ ...entry, atNs: Number.NaN })).toThrow('atNs is NaN');
  });

  test.skipIf(process.platform === 'win32')(
    'a full disk is told with the file and what is lost, and every later call tells it again',
    () => {
      const path = join(folder, 'full');
      const module = fileURLToPath(new URL('../../../harness/journal/writer.ts', import.meta.url));
      const script = `
        const { JournalWriter } = await import(${JSON.stringify(module)});
        const writer = new JournalWriter(${JSON.stringify(path)}, () => ({ atNs: 0, wall: '' }));
        const told = [];
        for (let line = 0; line < 4; line++) {
          if (line === 1) writer.flush();
          try { writer.append({ kind: 'aborted', by: 'x'.repeat(line === 2 ? 100000 : 10) }); told.push('ok'); }
          catch (error) { told.push(error.message); }
        }
        writer.close();
        console.log(JSON.stringify(told));`;
      // The limit on a file's size stands for a full disk: write() itself refuses, in the middle.
      const limited = 'trap "" XFSZ; ulimit -f 16; exec "$0" --input-type=module -e "$1"';
      const child = spawnSync('sh', ['-c', limited, process.execPath, script], {
        encoding: 'utf8',
      });
      const told = JSON.parse(child.stdout) as string[];
      expect(told.slice(0, 2)).toEqual(['ok', 'ok']);
      expect(told[2]).toContain(`cannot write line 3 (aborted) to the journal ${path}`);
      expect(told[2]).toContain('lines 2 to 3 may be lost');
      expect(told[2]).toContain('lines up to 1 are on the disk');
      expect(told[3]).toBe(told[2]);
      const { entries, torn } = readJournal(readFileSync(path, 'utf8'));
      expect(entries).toHaveLength(2);
      expect(torn?.line).toBe(3);
    },
  );
});

describe('reading', () => {
  test('a journal cut at any byte gives its whole lines, and tells of a torn one', () => {
    const text = journalText(new Story().end().entries());
    fc.assert(
      fc.property(fc.nat(text.length), (length) => {
        const cut = text.slice(0, length);
        const whole = cut.split('\n').length - 1;
        const { entries, torn } = readJournal(cut);
        expect(entries).toHaveLength(whole);
        expect(torn?.line ?? null).toBe(cut === '' || cut.endsWith('\n') ? null : whole + 1);
      }),
    );
  });

  test('damage before the last line is no torn journal', () => {
    const lines = journalText(new Story().end().entries()).split('\n');
    expect(() => readJournal([lines[0], '{"seq":', lines[2], ''].join('\n'))).toThrow(
      DamagedJournalError,
    );
    expect(() => readJournal([lines[0], '{}', ''].join('\n'))).toThrow(
      'journal.ndjson line 2: has no seq of type number',
    );
  });

  test.each([
    ['a kind that nobody knows', '"kind":"aborted"', '"kind":"abort"', "unknown kind: 'abort'"],
    ['a field that is missing', '"by":', '"from":', 'has no by of type string'],
    ['a number that is none', '"value":5', '"value":1e999', 'observation.value of type number'],
    ['a list that is none', '"budget":[]', '"budget":{}', 'observation.budget of type list'],
    ['a null for an object', '"raw":{}', '"raw":null', 'observation.raw of type object'],
  ])('a line with %s is damage with its number and its field', (_what, from, to, told) => {
    const story = new Story().case('a#b', { expect: [] }).reading('x', 5).aborted().end();
    const text = journalText(story.entries());
    const line = text.slice(0, text.indexOf(from)).split('\n').length;
    const damaged = text.replace(from, to);
    expect(damaged).not.toBe(text);
    expect(() => readJournal(damaged)).toThrow(DamagedRunError);
    expect(() => readJournal(damaged)).toThrow(`journal.ndjson line ${line}: `);
    expect(() => readJournal(damaged)).toThrow(told);
  });
});

function linesOfARun(): readonly string[] {
  return journalText(new Story().aborted().aborted().aborted().end().entries())
    .trimEnd()
    .split('\n');
}

function verify(changed: readonly (string | undefined)[]) {
  return verifyJournal(`${changed.join('\n')}\n`);
}

describe('verifying', () => {
  const lines = linesOfARun();

  test('a changed byte is found in its line', () => {
    for (let index = 0; index < lines.length - 1; index++) {
      const changed = lines.with(index, lines[index]?.replace('"kind":"', '"kind":"X') ?? '');
      expect(verify(changed)).toMatchObject({ ok: false, line: index + 1 });
    }
  });

  test('a missing line is found where it is missing', () => {
    expect(verify(lines.toSpliced(2, 1))).toMatchObject({ ok: false, line: 3 });
    const check = verify(lines.toSpliced(2, 1));
    expect(check.ok ? '' : check.what).toContain('missing: line 3');
  });

  test('two lines that changed places, and a line that was doubled, are found', () => {
    const [, second = '', third = ''] = lines;
    expect(verify(lines.with(1, third).with(2, second)).ok).toBe(false);
    expect(verify(lines.toSpliced(2, 0, second)).ok).toBe(false);
  });

  test('a wrong seq in an otherwise right chain is found', () => {
    const [entry] = new Story().entries();
    if (entry === undefined) throw new Error('a story has entries');
    const line = lineOf({ ...entry, seq: 2 });
    expect(verify([line])).toEqual({ ok: false, line: 1, what: 'wrong seq: 2 where 1 belongs' });
  });

  test('a line that is not JSON, a torn line and an empty journal are found', () => {
    expect(verify(lines.with(1, 'x'))).toEqual({ ok: false, line: 2, what: 'not JSON' });
    const torn = verifyJournal(lines.join('\n'));
    expect(torn).toMatchObject({ ok: false, line: lines.length });
    expect(verifyJournal('')).toMatchObject({ ok: false, line: 1 });
  });

  test('a chain that begins in the middle is found', () => {
    expect(verify(lines.slice(1)).ok).toBe(false);
  });
});

test('a journal file survives a round through the disk byte for byte', () => {
  const text = journalText(new Story().end().entries());
  const path = join(folder, 'copy');
  writeFileSync(path, text);
  expect(verifyJournal(readFileSync(path, 'utf8')).ok).toBe(true);
});
