import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DamagedRunError } from '../../harness/journal/damage.ts';
import type { Entry } from '../../harness/journal/entry.ts';
import { verifyRun } from '../../harness/journal/verify-run.ts';
import { reportSchemaText } from '../../reports/schema.ts';
import type { ReportDocument } from '../../reports/schema.ts';
import { renderText } from '../../reports/text.ts';
import { renderJournal, renderReports, writeReports } from '../../reports/write.ts';
import { expectation, journalText, ms, s, Story, within } from '../harness/verdict/story.ts';

const STEPS = [['measure', { do: 'measure-clock', as: 'residual' }]] as const;
const OURS = { kind: 'default', name: 'ours' } as const;

const asked = (more: object = {}) => ({
  expect: [expectation('measure', { measurement: 'residual', limits: within(s(1), more) })],
  steps: STEPS,
});

/** A run with every word that a journal can give, and with characters that XML forbids. */
function everyWord(): Story {
  const inapplicable = [
    { scenario: 'clock/z', case: null, covers: ['REQ-9'], reason: 'no <source> & "switch"' },
  ];
  return new Story({ inapplicable, covers: ['REQ-9'], defect: 'a-defect', title: 'every word' })
    .case('clock/x#passes', asked())
    .reading('residual', ms(400))
    .close()
    .case('clock/x#passes on the edge', asked({ rule: 'guard band' }))
    .reading('residual', s(1))
    .close()
    .case('clock/x#fails on the edge', asked({ rule: 'guard band' }))
    .reading('residual', s(1) + 1)
    .close()
    .at(s(90))
    .case('clock/y#fails', asked({ origin: OURS }))
    .reading('residual', -s(2.5), { expandedUncertainty: ms(12.3) })
    .close()
    .case('clock/y#is blocked', asked())
    .begin('measure')
    .failed('measure', 'rig', 'the port says \u0000\u001B[31m\uFFFE <&> \uD800 and is gone')
    .close()
    .case('clock/y#breaks', asked())
    .harnessError('a bug ]]> of ours')
    .close()
    .case('clock/y#is late', { ...asked(), meters: 2, time: 'wall' })
    .close()
    .case('clock/y#is cut', asked())
    .begin('measure')
    .aborted()
    .end();
}

const RUNS: readonly (readonly [name: string, entries: readonly Entry[]])[] = [
  ['of every word', everyWord().entries()],
  ['that was torn', everyWord().entries().slice(0, 6)],
  ['that decided nothing', new Story().end('not energised').entries()],
  ['without a plan', []],
];

describe.each(RUNS)('the reports of a run %s', (_name, entries) => {
  const { json, junit, text, judgement } = renderReports(entries);
  const document = JSON.parse(json) as ReportDocument;

  test('are the same for the same entries', () => {
    expect(renderReports(structuredClone(entries))).toEqual(renderReports(entries));
  });

  test('are valid report.json by the published schema', () => {
    const validate = new Ajv2020({ strict: true }).compile(published() as object);
    expect({ valid: validate(document), errors: validate.errors }).toEqual({
      valid: true,
      errors: null,
    });
    expect(document).toMatchObject({ ...judgement });
  });

  test('are valid junit.xml by its XSD', () => {
    expect(xsdErrors(junit)).toEqual([]);
  });

  test('end with the rig and the exit code', () => {
    expect(text).toContain('Rig safe at the end:');
    expect(text).toMatch(new RegExp(`Exit code: ${judgement.exitCode}\n$`));
  });
});

function published(): unknown {
  return JSON.parse(
    readFileSync(new URL('../../reports/report.schema.json', import.meta.url), 'utf8'),
  );
}

function xsdErrors(xml: string): readonly string[] {
  const schema = XmlDocument.fromBuffer(
    readFileSync(new URL('../../reports/junit.xsd', import.meta.url)),
  );
  const validator = XsdValidator.fromDoc(schema);
  try {
    const document = XmlDocument.fromString(xml);
    try {
      validator.validate(document);
      return [];
    } finally {
      document.dispose();
    }
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    validator.dispose();
    schema.dispose();
  }
}

test('the published JSON Schema is the one that the code makes', () => {
  const file = new URL('../../reports/report.schema.json', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(reportSchemaText());
});

describe('the schemas can refuse', () => {
  const { json, junit } = renderReports(everyWord().entries());

  test('a report with an unknown word, an unknown key or a missing one', () => {
    const validate = new Ajv2020().compile(published() as object);
    const document = JSON.parse(json) as Record<string, unknown>;
    expect(validate(document)).toBe(true);
    const { rigSafe: _rigSafe, ...without } = document;
    expect(validate(without)).toBe(false);
    expect(validate({ ...document, more: 1 })).toBe(false);
    expect(validate(JSON.parse(json.replace('"verdict": "pass"', '"verdict": "green"')))).toBe(
      false,
    );
  });

  test.each([
    ['a time zone in a timestamp', /timestamp="[^"]*/, '$&Z'],
    ['a test case without a class', / classname="[^"]*"/, ''],
    ['a count in words', /tests="\d+"/, 'tests="three"'],
    ['two outcomes in a test case', /<failure/, '<skipped message=""/><failure'],
  ])('junit.xml with %s', (_what, from, to) => {
    expect(xsdErrors(junit.replace(from, to))).not.toEqual([]);
  });
});

describe('junit.xml', () => {
  const { junit } = renderReports(everyWord().entries());
  const document = XmlDocument.fromString(junit);
  const count = (path: string): number => document.find(path).length;

  test('shows nothing green that was not decided as passed', () => {
    expect(count('//testcase')).toBe(9);
    expect(count('//testcase[not(*)]')).toBe(2);
    expect(count('//failure')).toBe(2);
    expect(count("//error[@type='inconclusive']")).toBe(1);
    expect(count("//error[@type='aborted']")).toBe(1);
    expect(count("//error[@type='invalid']")).toBe(1);
    expect(count("//error[@type='error']")).toBe(1);
    expect(count('//skipped')).toBe(1);
  });

  test('counts in each suite what stands in it', () => {
    for (const kind of ['failure', 'error', 'skipped']) {
      const attribute = kind === 'skipped' ? kind : `${kind}s`;
      expect(count(`//testsuite[@${attribute} != count(.//${kind})]`)).toBe(0);
    }
    expect(count('//testsuite[@tests != count(testcase)]')).toBe(0);
    expect(count('//testsuite')).toBe(3);
  });

  test('replaces what XML forbids and keeps what it can escape', () => {
    const message = document.get("//error[@type='inconclusive']/@message");
    expect(message?.content).toContain('\uFFFD\uFFFD[31m\uFFFD <&> \uFFFD and is gone');
    expect(junit).toContain('no &lt;source&gt; &amp; ');
  });

  test('names the bench as its host and takes the times of the bench', () => {
    expect(count("//testsuite[@hostname='story-bench']")).toBe(3);
    expect(count("//testsuite[@name='clock/y'][@timestamp='2026-01-05T00:01:30']")).toBe(1);
  });
});

describe('the summary in the terminal', () => {
  const { text, report } = renderReports(everyWord().entries());
  const lines = text.split('\n');

  const at = (word: string): number => lines.findIndex((line) => line.includes(word));

  test('tells what did not pass before the requirements, the worst first', () => {
    expect(at('ERROR REQ-1')).toBeGreaterThan(0);
    expect(at('ERROR REQ-1')).toBeLessThan(at('ABORTED REQ-1'));
    expect(at('ABORTED REQ-1')).toBeLessThan(at('INVALID REQ-1'));
    expect(at('INVALID REQ-1')).toBeLessThan(at('FAIL REQ-1'));
    expect(at('FAIL REQ-1')).toBeLessThan(at('INCONCLUSIVE REQ-1'));
    expect(at('INCONCLUSIVE REQ-1')).toBeLessThan(at('Requirements'));
  });

  test('tells of a fail what was expected, where that comes from, what was seen, who and where', () => {
    const start = at('FAIL REQ-1, clock/y, fails');
    expect(lines.slice(start, start + 8)).toEqual([
      '  FAIL REQ-1, clock/y, fails, blame: dut',
      '    asked     title of clock/y',
      '    expected  within ±1 s (default, not from the source: ours)',
      '    seen      residual -2.5 s (U 12 ms)',
      '    margin    -1.5 s',
      '    why       residual is outside its limits by simple acceptance',
      '    at        story.yaml:1',
      '    evidence  journal.ndjson line 13',
    ]);
  });

  test('tells what was not asked and why, the seed, the defect, the rig and the counts', () => {
    expect(text).toContain('REQ-9, clock/z, -: no <source> & "switch"');
    expect(text).toContain('seed 7');
    expect(text).toContain('DEFECT a-defect is switched on');
    expect(text).toContain('Rig safe at the end: verified');
    expect(text).toContain('Requirements decided: 1 of 2');
    expect(text).toContain('Interrupted: interrupted by SIGINT');
  });

  test('has colours only when asked', () => {
    const escape = '\u001B[32m';
    expect(text).not.toContain(escape);
    expect(renderText(report, { colours: true })).toContain(escape);
  });

  test('says of a torn journal where it ends, which step was last, and that the bench may be live', () => {
    const entries = new Story().case('a#b', asked()).begin('measure').energised().entries();
    const torn = { line: 6, what: 'ends after 3 characters without a line feed' };
    const rendered = renderReports(entries, { torn });
    expect(rendered.text).toContain('the journal is torn: line 6');
    expect(rendered.text).toContain('the last step was measure of a#b');
    expect(rendered.text).toContain('UNKNOWN: treat the bench as live');
  });
});

test('a journal whose chain is broken says so wherever it is judged', () => {
  const text = journalText(everyWord().entries());
  expect(renderJournal(text).report.remarks.join()).not.toContain('not as it was written');
  const changed = text.replace('"value":400000000', '"value":300000000');
  expect(renderJournal(changed).text).toContain('the journal is not as it was written: line 4');
});

describe('control characters from outside', () => {
  const hostile = 'x\u001B[2K\r\u009B31mPASS\n\u202Eevil';
  const story = new Story({ title: hostile, defect: hostile })
    .case(`clock/y#${hostile}`, asked())
    .begin('measure')
    .failed('measure', 'rig', hostile)
    .close()
    .end();
  const { text, report } = renderReports(story.entries());

  test('are shown, not sent to the terminal', () => {
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202E]/u);
    expect(text).toContain('x\\u{1b}[2K\\u{d}\\u{9b}31mPASS\\u{a}\\u{202e}evil');
  });

  test('are shown beside our own colours as well', () => {
    const colours = renderText(report, { colours: true });
    expect(colours).toContain('\u001B[');
    expect(colours).not.toContain('\u001B[2K');
    expect(colours).not.toMatch(/[\r\u009B\u202E]/u);
  });
});

describe('the folder of a run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reports-'));
    writeFileSync(join(folder, 'environment.json'), '{}\n');
    const plan = everyWord()
      .entries()
      .find((entry) => entry.kind === 'file');
    writeFileSync(join(folder, 'plan.json'), plan?.kind === 'file' ? plan.text : '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('gets its reports and a manifest that holds, also when they are written again', () => {
    writeFileSync(join(folder, 'journal.ndjson'), journalText(everyWord().entries()));
    const judgement = writeReports(folder);
    expect(judgement.exitCode).toBe(5);
    expect(verifyRun(folder)).toEqual({ ok: true, problems: [] });
    const first = readFileSync(join(folder, 'report.json'), 'utf8');
    writeReports(folder);
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).toBe(first);
    expect(verifyRun(folder).ok).toBe(true);
  });

  test('gets reports later, but no manifest that vouches for what was found then', () => {
    writeFileSync(join(folder, 'journal.ndjson'), journalText(everyWord().entries()));
    writeReports(folder, 'report');
    expect(verifyRun(folder).problems).toMatchObject([
      {
        file: 'manifest.json',
        what: expect.stringContaining('environment.json, journal.ndjson, plan.json only') as string,
      },
    ]);
  });

  test.each([
    ['journal.ndjson', 'not JSON\n'],
    ['manifest.json', '{'],
  ])('with a broken %s gets no report at all', (name, content) => {
    writeFileSync(join(folder, 'journal.ndjson'), journalText(everyWord().entries()));
    writeFileSync(join(folder, name), content);
    expect(() => writeReports(folder)).toThrow(DamagedRunError);
    expect(() => writeReports(folder)).toThrow(name);
    expect(existsSync(join(folder, 'report.json'))).toBe(false);
  });

  test('with a torn journal gets a report that says aborted', () => {
    const text = journalText(everyWord().entries());
    writeFileSync(join(folder, 'journal.ndjson'), text.slice(0, -30));
    expect(writeReports(folder).report.interrupted).toContain('SIGINT');
    const cut = text.slice(0, text.indexOf('"case":"clock/x#passes on the edge"'));
    writeFileSync(join(folder, 'journal.ndjson'), cut);
    const judgement = writeReports(folder);
    expect(judgement.exitCode).toBe(130);
    expect(judgement.report.remarks.join()).toContain('the journal is torn: line 6');
    expect(judgement.verdicts.map(({ verdict }) => verdict)).toContain('aborted');
  });

  test('with a changed journal says so in its report, and stays found by verify', () => {
    const path = join(folder, 'journal.ndjson');
    writeFileSync(path, journalText(everyWord().entries()));
    writeReports(folder);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('"value":400000000', '"value":300000000'),
    );
    expect(writeReports(folder).report.remarks.join()).toContain('line 4: changed');
    expect(verifyRun(folder).problems).toMatchObject([{ file: 'journal.ndjson', line: 4 }]);
  });
});
