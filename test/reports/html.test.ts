import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HtmlValidate } from 'html-validate';
import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import { verifyRun } from '../../harness/journal/verify-run.ts';
import type { Entry } from '../../harness/journal/entry.ts';
import { sha256 } from '../../harness/journal/hash.ts';
import { VERDICT_WORDS } from '../../harness/verdict/verdict.ts';
import type { ReportOptions } from '../../reports/report.ts';
import { renderReports, writeReports } from '../../reports/write.ts';
import { runInMemory } from '../../harness/main/memory-run.ts';
import { health } from '../harness/tally/observations.ts';
import { asked as storyOf, storm } from '../harness/verdict/storm.ts';
import { wholeFleet } from './fleet-story.ts';
import { expectation, journalText, ms, s, Story, within } from '../harness/verdict/story.ts';

const acceptance = await runInMemory('quick');
const beyondClass = await runInMemory('accuracy/load-points', {
  defect: 'registration-beyond-class',
});

const STEPS = [['measure', { do: 'measure-clock', as: 'residual' }]] as const;

const asked = (more: object = {}) => ({
  expect: [expectation('measure', { measurement: 'residual', limits: within(s(1), more) })],
  steps: STEPS,
});

const HOSTILE = `<script>alert("1")</script>' onload="x" & \u202Egnp.exe\u0000`;

/** A story in which every text that a journal can carry tries to become markup. */
function hostile(): Story {
  const inapplicable = [{ scenario: HOSTILE, case: null, covers: [HOSTILE], reason: HOSTILE }];
  return new Story({ title: HOSTILE, defect: HOSTILE, covers: [HOSTILE], inapplicable })
    .case(`x/${HOSTILE}#${HOSTILE}`, { ...asked(), covers: [HOSTILE, 'REQ-1'] })
    .begin('measure')
    .reading('residual', s(2), { budget: [{ source: HOSTILE, standardUncertainty: 1 }] })
    .message('heartbeat', { [HOSTILE]: 1 }, HOSTILE)
    .failed('measure', 'rig', HOSTILE)
    .close()
    .aborted(HOSTILE);
}

/** Requirements in every state that the matrix tells apart. */
function everyState(): Story {
  const inapplicable = [
    { scenario: 'clock/z', case: null, covers: ['REQ-9'], reason: 'no isolation switch' },
  ];
  const aboutHeadEnd = expectation('measure', {
    measurement: 'residual',
    limits: within(s(1)),
    decides: ['HE-1'],
  });
  return new Story({ inapplicable, covers: ['REQ-9'], subjects: { 'HE-1': 'head-end' } })
    .case('clock/x#fails', { ...asked(), covers: ['REQ-1', 'REQ-2'] })
    .reading('residual', s(2))
    .close()
    .case('clock/y#is ours', { expect: [aboutHeadEnd], steps: STEPS, covers: ['HE-1'] })
    .reading('residual', ms(1))
    .close();
}

const PAGES: readonly (readonly [name: string, entries: readonly Entry[]])[] = [
  ['that passed', acceptance.entries],
  ['that failed', beyondClass.entries],
  ['with hostile texts', hostile().entries()],
  ['with every state', everyState().end().entries()],
  ['of a fleet', wholeFleet().end().entries()],
  ['that decided nothing', new Story().end('not energised').entries()],
  ['without a plan', []],
];

function pageOf(entries: readonly Entry[]): string {
  return renderReports(entries).html;
}

/** The page is written so that an XML parser reads it too: a strict reader, and XPath to ask with. */
function parsed(page: string): XmlDocument {
  return XmlDocument.fromString(page.slice(page.indexOf('<html')));
}

function textsOf(document: XmlDocument, path: string): readonly string[] {
  return document.find(path).map(({ content }) => content.replace(/\s+/g, ' ').trim());
}

function attributes(document: XmlDocument, path: string): readonly string[] {
  return document.find(path).map(({ content }) => content);
}

/** What an HTML validator finds, "line: rule: what". */
async function mistakesIn(page: string): Promise<readonly string[]> {
  const validator = new HtmlValidate({
    root: true,
    extends: ['html-validate:standard', 'html-validate:a11y'],
    rules: {
      'void-style': ['error', { style: 'selfclosing' }],
      'attribute-boolean-style': ['error', { style: 'empty' }],
    },
  });
  const { results } = await validator.validateString(page);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line }) => `${line}: ${ruleId}: ${message}`),
  );
}

test('control: the validator finds a doubled id, a nameless landmark and a block in a line', async () => {
  const page = pageOf([])
    .replace('id="charts"', 'id="verdicts"')
    .replace('<nav aria-label="Parts of the report">', '<nav></nav><nav>')
    .replace('<p class="end">', '<p class="end"><table></table>');
  const rules = (await mistakesIn(page)).map((mistake) => mistake.split(': ')[1]);
  expect(rules).toEqual(expect.arrayContaining(['no-dup-id', 'unique-landmark', 'close-order']));
});

describe.each(PAGES)('report.html of a run %s', (_name, entries) => {
  const page = pageOf(entries);
  const document = parsed(page);

  test('is valid HTML and breaks no rule for accessibility that can be read off the text', async () => {
    expect(await mistakesIn(page)).toEqual([]);
  });

  test('is the same, byte for byte, for the same journal', () => {
    expect(pageOf(structuredClone(entries))).toBe(page);
  });

  test('asks the network for nothing and runs no script', () => {
    expect(page).not.toMatch(/https?:|\burl\(|@import/);
    expect(document.find('//script | //link | //img | //iframe | //object | //form')).toEqual([]);
    expect(document.find('//@src | //@*[starts-with(name(), "on")]')).toEqual([]);
    const [policy] = attributes(document, '//meta[@http-equiv]/@content');
    expect(policy).toBe("default-src 'none'; style-src 'unsafe-inline'");
  });

  test('leads each link to a place of its own', () => {
    const ids = attributes(document, '//@id');
    expect(new Set(ids).size).toBe(ids.length);
    const targets = attributes(document, '//@href').filter((href) => href !== 'trace.html');
    expect(targets.filter((target) => !ids.includes(target.slice(1)))).toEqual([]);
  });

  test('has landmarks, one first heading and a scope for every table header', () => {
    expect(document.find('//main')).toHaveLength(1);
    expect(document.find('//h1')).toHaveLength(1);
    expect(document.find('//th[not(@scope)] | //table[not(caption)]')).toEqual([]);
  });
});

/** What the page of the acceptance run says of the journal's chain. */
function noteOfChain(options: ReportOptions): string | undefined {
  const page = renderReports(acceptance.entries, options).html;
  return textsOf(parsed(page), '//dl[@class="notes"]')[0];
}

describe('report.html', () => {
  const { html, judgement } = renderReports(acceptance.entries);
  const document = parsed(html);

  test('has a row for every verdict, with its number, limit, origin, reason and evidence', () => {
    expect(judgement.verdicts.length).toBeGreaterThan(60);
    const rows = textsOf(document, '//tr[starts-with(@id, "verdict-")]');
    expect(rows).toHaveLength(judgement.verdicts.length);
    for (const [index, verdict] of judgement.verdicts.entries()) {
      const row = rows[index];
      const { measured, limit, evidence, requirement, verdict: word, reason } = verdict;
      expect(row).toContain(`${requirement} ${word}`);
      expect(row).toContain(reason);
      expect(row).toContain(measured === null ? 'no number' : measured.name);
      expect(row).toContain(limit === null ? 'no limit' : limit.origin);
      expect(row?.includes('default, not from the source')).toBe(limit?.default ?? false);
      expect(row?.endsWith(evidence.join(', '))).toBe(true);
    }
  });

  test('shows every cited line of the journal, and every reading with its budget', () => {
    const cited = new Set(judgement.verdicts.flatMap(({ evidence }) => evidence));
    expect(document.find('//tr[starts-with(@id, "line-")]')).toHaveLength(cited.size);
    const readings = acceptance.entries.filter(
      (entry) => entry.kind === 'observation' && entry.observation.kind === 'reading',
    );
    const rows = textsOf(document, '//tr[starts-with(@id, "reading-")]');
    expect(rows).toHaveLength(readings.length);
    const errors = readings.filter(
      (entry) =>
        entry.kind === 'observation' && entry.observation.instrument === 'reference-standard',
    );
    expect(errors).not.toEqual([]);
    expect(
      rows.filter((row) => row.includes('reference standard, certificate: 0.01 %')),
    ).toHaveLength(errors.length);
  });

  test('names requirements by the statements of the catalogue in the journal', () => {
    const [row] = textsOf(document, '//table[contains(@class, "matrix")]//th[strong = "CLK-03"]');
    expect(row).toBe('CLK-03 Less than lower: ignore');
    const without = acceptance.entries.filter(
      (entry) => entry.kind !== 'file' || !entry.name.endsWith('requirements.yaml'),
    );
    expect(pageOf(without)).toContain('no statement in the journal');
  });

  test('lists each file that the run rests on with a hash that holds, or says that it does not', () => {
    const files = acceptance.entries.filter(({ kind }) => kind === 'file');
    const rows = textsOf(document, '//table[contains(@class, "hashes")]/tbody/tr');
    expect(rows).toHaveLength(files.length);
    expect(rows.every((row) => row.endsWith('has this hash'))).toBe(true);
    const changed = acceptance.entries.map((entry) =>
      entry.kind === 'file' && entry.name.endsWith('suite.yaml')
        ? { ...entry, sha256: sha256('another text') }
        : entry,
    );
    expect(pageOf(changed)).toContain('does NOT have this hash');
  });

  test('says whether the chain of the journal holds', () => {
    expect(noteOfChain({})).toContain('was not checked');
    expect(noteOfChain({ chain: { ok: true, lines: 2413 } })).toContain(
      'holds over all 2413 lines',
    );
    const broken = { ok: false, line: 7, what: 'changed' } as const;
    expect(noteOfChain({ chain: broken })).toContain('not as it was written: line 7: changed');
  });

  test('stays under 5 MB with 2,000 verdicts that all failed', () => {
    const story = new Story();
    for (let index = 0; index < 2_000; index++) {
      story.case(`clock/x#${index}`, asked()).reading('residual', s(2)).close();
    }
    const page = pageOf(story.end().entries());
    expect(Buffer.byteLength(html)).toBeLessThan(3_000_000);
    expect(Buffer.byteLength(page)).toBeLessThan(5_000_000);
    expect(parsed(page).find('//tr[starts-with(@id, "verdict-")]')).toHaveLength(2_000);
  });
});

describe('what did not pass', () => {
  const entries = new Story({ title: 'bad' })
    .case('clock/x#fails', asked())
    .begin('measure')
    .message('heartbeat', { sequenceNumber: 1 })
    .reading('residual', -s(2.5), { expandedUncertainty: ms(12) })
    .close()
    .case('clock/x#breaks', asked())
    .harnessError('a bug of ours')
    .close()
    .case('clock/x#passes', asked())
    .reading('residual', ms(3))
    .close()
    .end()
    .entries();
  const scenario = `scenario: bad\nmeasure: residual\n`;
  const file = {
    kind: 'file',
    name: 'story.yaml',
    sha256: sha256(scenario),
    text: scenario,
  } as const;
  const told = entries.map((entry): Entry => {
    if (entry.kind === 'file') return entry;
    if (entry.kind !== 'observation' || entry.observation.kind !== 'message') return entry;
    return { ...entry, observation: { ...entry.observation, bytesHex: 'cafe01' } };
  });
  const [opening, ...rest] = told;
  if (opening === undefined) throw new Error('a story has an opening');
  const page = pageOf([opening, { ...opening, ...file }, ...rest]);
  const document = parsed(page);
  const articles = textsOf(document, '//article');

  test('stands before the requirements, the worst first, without what passed', () => {
    expect(page.indexOf('id="failures"')).toBeLessThan(page.indexOf('id="requirements"'));
    expect(articles.map((text) => text.split(' ').slice(0, 2).join(' '))).toEqual([
      'error: REQ-1',
      'fail: REQ-1',
    ]);
  });

  test('says what was expected and seen, why, who must act, and where the scenario asks', () => {
    const failed = articles[1];
    expect(failed).toContain('Expected within ±1 s (requirement REQ-1)');
    expect(failed).toContain('Seen residual -2.5 s (U 12 ms), margin -1.5 s');
    expect(failed).toContain('Why residual is outside its limits by simple acceptance');
    expect(failed).toContain('dut: the meter under test');
    expect(failed).toContain('story.yaml:1:3');
    expect(failed).toContain('> 1 | scenario: bad');
  });

  test('shows the lines that it rests on and the last bytes before them', () => {
    expect(articles[1]).toContain('residual = -2.5 s (U 12 ms)');
    expect(articles[1]).toContain('cafe01');
  });

  test('is told in the words, not in the colours, of the header', () => {
    expect(textsOf(document, '//header//strong')[0]).toBe('error');
    const [verdicts] = textsOf(document, '//dl[@class="tiles"]/div[1]/dd/strong');
    expect(verdicts).toBe('1 / 3');
  });
});

/** What the tables of a storm's page say. */
const told = (name: string, more?: (story: Story) => Story): string =>
  textsOf(parsed(pageOf(storm(storyOf(name), more === undefined ? {} : { more }))), '//td').join(
    '\n',
  );

describe('the page of a fleet', () => {
  test.each([
    [
      'alarm with its pair',
      'alarm 100: restoration of outage 60000001/1, ends alarm 0, meter 60000001',
    ],
    ['snapshot', 'snapshot after: 2 meters'],
    ['answer', 'accepted: done'],
  ])('shows what a verdict by %s rests on', (name, line) => {
    expect(told(name)).toContain(line);
  });

  test('shows how late the generator was, and tallies of what it does not hold', () => {
    const late = health(s(320), { generatorLagP99Ns: s(2), offered: 10, achieved: 9, received: 8 });
    expect(told('message', (story) => story.ofFleet(late))).toContain(
      'lag at p99: generator 2 s, observer 0 s; datagrams offered 10, achieved 9, received 8',
    );
    const result = {
      meters: 4,
      fulfilled: 4,
      faults: {},
      violators: [],
      latency: null,
      statistic: null,
    };
    const kept = told('message', (story) => story.tally('message', { ...result, hash: '' }));
    expect(kept).toContain('tally of message: 4 of 4 meters fulfil it');
  });
});

/** What the header of a story's page says loudest. */
function loudest(story: Story): readonly string[] {
  return textsOf(parsed(pageOf(story.entries())), '//header//strong');
}

describe('the header', () => {
  test.each<readonly [word: string, story: Story]>([
    ['pass', new Story().case('a/b#c', asked()).reading('residual', 0).close().end()],
    ['fail', new Story().case('a/b#c', asked()).reading('residual', s(2)).close().end()],
    ['inconclusive', new Story().end()],
    ['aborted', new Story().case('a/b#c', asked()).begin('measure').aborted().end()],
    [
      'invalid',
      new Story()
        .case('a/b#c', { ...asked(), meters: 2, time: 'wall' })
        .close()
        .end(),
    ],
    ['rig unsafe', new Story().case('a/b#c', asked()).energised().close().end('UNSAFE')],
    [
      'conditional pass',
      new Story()
        .case('a/b#c', asked({ rule: 'guard band' }))
        .reading('residual', s(1))
        .close()
        .end(),
    ],
  ])('says "%s" of a run that came to that', (word, story) => {
    expect(loudest(story)[0]).toBe(word);
  });

  test.each([
    ['half of it', s(0.5), '50 %'],
    ['nearly all of it', s(1) - 1, '< 100 %'],
    ['a little more than all', s(1) + 1, '> 100 %'],
    ['twice as much', -s(2), '200 %'],
  ])('tells how much of the limit was used: %s', (_name, value, text) => {
    const story = new Story().case('a/b#c', asked()).reading('residual', value).close().end();
    const [used] = textsOf(
      parsed(pageOf(story.entries())),
      '//dl/div[dt="Worst margin"]/dd/strong',
    );
    expect(used).toBe(text);
  });

  test('says loudly that a defect was switched on, and nothing of one when there is none', () => {
    expect(loudest(new Story({ defect: 'deaf-observer' }).end())).toContain('deaf-observer');
    expect(pageOf(new Story().end().entries())).not.toContain('on purpose');
  });
});

describe('the matrix', () => {
  const document = parsed(pageOf(everyState().end().entries()));
  const cells = (id: string) =>
    textsOf(document, `//table[contains(@class, "matrix")]//tr[th/strong = "${id}"]/td`);

  test.each([
    ['decided', 'REQ-1', 'fail 1'],
    ['left to our own part', 'HE-1', 'stimulus 1'],
    ['not applicable here', 'REQ-9', 'n/a 1'],
  ])('tells what was %s', (_state, id, text) => {
    expect(cells(id)).toContain(text);
  });

  test('tells a scenario that did not ask from one that is about something else', () => {
    const holes = new Story()
      .case('clock/x#a', { ...asked(), covers: ['REQ-1', 'REQ-2'] })
      .reading('residual', 0)
      .close()
      .case('clock/y#b', {
        expect: [expectation('answer', { step: 'measure', accepted: true, decides: ['REQ-2'] })],
        steps: STEPS,
        covers: ['REQ-2'],
      })
      .answer(true)
      .close();
    const page = parsed(pageOf(holes.end().entries()));
    const row = (id: string) =>
      textsOf(page, `//table[contains(@class, "matrix")]//tr[th/strong = "${id}"]/td`);
    expect(row('REQ-2')[0]).toBe('not asked');
    expect(row('REQ-1')[1]).toBe('');
  });

  test('becomes a list of scenarios for each requirement when there are many', () => {
    const page = parsed(pageOf(acceptance.entries));
    const row = `//table[contains(@class, "listed")]//tr[th/strong = "CLK-04"]/td//li`;
    expect(textsOf(page, row)).toEqual([
      'clock-sync/boundaries pass 15',
      'clock-sync/equal-bounds pass 6',
      'clock-sync/zero-lower pass 3',
    ]);
    expect(textsOf(document, '//table[contains(@class, "listed")]')).toEqual([]);
  });

  test('gives the reason why something does not apply', () => {
    expect(textsOf(document, '//section//li')).toContain('REQ-9, clock/z, -: no isolation switch');
  });
});

describe('texts from a journal', () => {
  const page = pageOf(hostile().entries());

  test('stay text, whatever they hold', () => {
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
    const [title] = textsOf(parsed(page), '//h1');
    expect(title).toContain('<script>alert("1")</script>');
  });

  test('cannot turn the direction of writing unseen', () => {
    expect(page).not.toContain('\u202E');
    expect(page).toContain('\\u{202e}gnp.exe\\u{0}');
  });
});

test('a run’s folder gets report.html, and its manifest holds with it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'html-'));
  try {
    writeFileSync(join(folder, 'journal.ndjson'), journalText(everyState().end().entries()));
    const plan = everyState()
      .entries()
      .find((entry) => entry.kind === 'file');
    writeFileSync(join(folder, 'plan.json'), plan?.kind === 'file' ? plan.text : '');
    writeFileSync(join(folder, 'environment.json'), '{}');
    writeReports(folder);
    expect(verifyRun(folder)).toEqual({ ok: true, problems: [] });
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(page).toContain('The chain of SHA-256 holds');
    writeFileSync(join(folder, 'report.html'), page.replace('fail', 'pass'));
    expect(verifyRun(folder).problems).toMatchObject([{ file: 'report.html' }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every word of a verdict has an icon of its own', () => {
  const shapes = textsOfIcons(parsed(pageOf([])));
  expect(shapes).toHaveLength(VERDICT_WORDS.length);
  expect(new Set(shapes).size).toBe(shapes.length);
});

function textsOfIcons(document: XmlDocument): readonly string[] {
  return document.find('//symbol').map((symbol) =>
    document
      .find(`//symbol[@id="${symbol.get('@id')?.content ?? ''}"]//@*[name() != "id"]`)
      .map(({ content }) => content)
      .join(' '),
  );
}
