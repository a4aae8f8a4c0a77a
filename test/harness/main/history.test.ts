import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  compareCommand,
  historyCommand,
  type HistoryFlags,
} from '../../../harness/main/history-command.ts';
import { Refusal } from '../../../harness/main/exit.ts';
import { MEASUREMENT_COLUMNS } from '../../../reports/measurements-csv.ts';
import { CLI } from './command-line.ts';

const GOOD = 'a-good';
const BAD = 'b-bad';

describe('runs of one folder', () => {
  let runs: string;
  const folder = (name: string): string => join(runs, name);

  beforeAll(async () => {
    runs = mkdtempSync(join(tmpdir(), 'meterbench-history-'));
    await run(GOOD);
    await run(BAD, '--defect', 'registration-beyond-class');
  });
  afterAll(() => rmSync(runs, { recursive: true, force: true }));

  async function run(name: string, ...more: readonly string[]): Promise<void> {
    const target = ['run', 'accuracy/load-points', '--case', '15 A', '--out', folder(name)];
    // A run whose verdicts fail ends with 1: what it leaves is asked here, not how it ended.
    await once(spawn(process.execPath, [CLI, ...target, ...more], { stdio: 'ignore' }), 'exit');
  }

  function history(flags: Partial<HistoryFlags> = {}): { code: number; text: string } {
    const lines: string[] = [];
    const all = { runs, last: 10, json: false, ...flags };
    const code = historyCommand(all, (line) => lines.push(line));
    return { code, text: lines.join('\n') };
  }

  function compare(before: string, after: string): { code: number; text: string } {
    const lines: string[] = [];
    const code = compareCommand(folder(before), folder(after), { json: false }, (line) =>
      lines.push(line),
    );
    return { code, text: lines.join('\n') };
  }

  test('a device that broke has regressed, and the exit code says so', () => {
    const { code, text } = history();
    expect(code).toBe(1);
    expect(text).toContain('regressed: MNT-04 accuracy/load-points#current=15 A on simulated');
    expect(text).not.toContain('regressed: MNT-03');
  });

  test('the trend of a measurement has each value with its limit and margin', () => {
    const { text } = history({ measurement: 'error', case: '15 A' });
    expect(text).toMatch(/a-good {2}pass: error -0\.136 % .*within ±0\.5 % \(class/);
    expect(text).toMatch(/b-bad {2}fail: error 0\.7\d+ % .*margin -0\.2/);
  });

  test('compared, the earlier is better, and the other way round it is mended', () => {
    expect(compare(GOOD, BAD)).toMatchObject({ code: 1 });
    expect(compare(GOOD, BAD).text).toContain('defect none -> registration-beyond-class');
    expect(compare(GOOD, BAD).text).toContain(
      'Measurements that moved by more than their noise (2',
    );
    expect(compare(BAD, GOOD)).toMatchObject({ code: 0 });
    expect(compare(BAD, GOOD).text).toContain('fixed: MNT-04');
    expect(compare(GOOD, GOOD).text).toContain('(0 of 2)');
  });

  test('a folder that is none, and a run that cannot be judged, are told and lose nothing', async () => {
    expect(() => compare(GOOD, 'none')).toThrow(Refusal);
    expect(() => history({ runs: folder('none') })).toThrow(Refusal);
    await run('c-torn');
    writeFileSync(join(folder('c-torn'), 'journal.ndjson'), '{"seq":\n{"seq":\n');
    const { text } = history();
    expect(text).toContain('passed over: c-torn');
    expect(text).toContain(GOOD);
    rmSync(folder('c-torn'), { recursive: true });
  });

  test('a run that is gone is forgotten, and one whose journal changed is judged anew', async () => {
    await run('d-good');
    expect(history().text).toContain('Runs (3');
    expect(history().text).toContain('flaky: MNT-04');
    appendFileSync(join(folder('d-good'), 'journal.ndjson'), '\n');
    expect(history().text).toContain('Runs (3');
    rmSync(folder('d-good'), { recursive: true });
    expect(history().text).toContain('Runs (2');
    expect(history().code).toBe(1);
  });

  test('measurements.csv has a row for each reading and requirement, with limit and instrument', () => {
    const text = readFileSync(join(folder(GOOD), 'measurements.csv'), 'utf8');
    const rows = parse<Record<string, string>>(text, { columns: true });
    expect(text.split('\r\n')[0]).toBe(MEASUREMENT_COLUMNS.join(','));
    expect(rows.map(({ requirement }) => requirement)).toEqual(['MNT-03', 'MNT-04']);
    expect(rows[1]).toMatchObject({
      measurement: 'error',
      value: '-1357',
      unit: 'ppm',
      expandedUncertainty: '201',
      maximum: '5000',
      margin: '3643',
      instrument: 'reference-standard',
      meter: '60012345',
      verdict: 'pass',
      limitIsDefault: 'false',
    });
  });
});
