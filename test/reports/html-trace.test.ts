import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../harness/journal/hash.ts';
import { hexDump } from '../../reports/html/trace/hex-dump.ts';
import { renderReports } from '../../reports/write.ts';
import { expectation, ms, s, Story, within } from '../harness/verdict/story.ts';

const STEPS = [['measure', { do: 'measure-clock', as: 'residual' }]] as const;
const asked = {
  expect: [expectation('measure', { measurement: 'residual', limits: within(s(1)) })],
  steps: STEPS,
};

/** A case with so many messages of so many bytes before its one reading. */
function messages(
  story: Story,
  name: string,
  count: number,
  bytes: number,
  residual: number,
): Story {
  story.case(`clock/x#${name}`, asked).begin('measure');
  for (let at = 0; at < count; at++) story.message('heartbeat', {}, 'link', 'ab'.repeat(bytes));
  return story.reading('residual', residual).done('measure').close();
}

function tracesOf(page: string) {
  const document = XmlDocument.fromString(page.slice(page.indexOf('<html')));
  const rows = document.find('//details[@class="trace"]//tr').map(({ content }) => content);
  return {
    names: document
      .find('//details[@class="trace"]/summary/span/strong')
      .map(({ content }) => content),
    rows: rows.map((text) => text.replace(/\s+/g, ' ').trim()),
    lanes: document.find('//svg[@class="lanes"]/title').map(({ content }) => content),
  };
}

describe('bytes', () => {
  test('are shown by offset, hex and ASCII', () => {
    expect(hexDump('48656c6c6f007e7f80ff0a0d202122236162', 64)).toBe(
      '0000  48 65 6c 6c 6f 00 7e 7f 80 ff 0a 0d 20 21 22 23  Hello.~..... !"#\n' +
        '0010  61 62                                            ab',
    );
  });

  test('beyond what is shown are counted', () => {
    expect(hexDump('00'.repeat(40), 16).split('\n').slice(1)).toEqual([
      '… 24 bytes more in journal.ndjson',
    ]);
    expect(hexDump('', 16)).toBe('');
  });
});

describe('the trace of a case', () => {
  test('has each line with its bytes under its step, and tells which ones were cited', () => {
    const entries = messages(new Story(), 'a', 1, 2, ms(1)).end().entries();
    const { rows, lanes } = tracesOf(renderReports(entries).html);
    expect(rows).toContain('measure: measure-clock');
    expect(rows).toContainEqual(expect.stringMatching(/heartbeat 0000 ab ab \.\.$/));
    expect(rows).toContainEqual(expect.stringMatching(/cited: residual = 1 ms/));
    expect(lanes).toEqual([expect.stringMatching(/1 at link, 1 at instrument/)]);
  });

  test('keeps its ends and what stands around a citation when it is long', () => {
    const entries = messages(new Story(), 'a', 1_000, 2, ms(1)).end().entries();
    const { rows } = tracesOf(renderReports(entries).html);
    expect(rows.length).toBeLessThan(140);
    expect(rows).toContainEqual(expect.stringMatching(/^\d+ lines left out here$/));
    expect(rows).toContainEqual(expect.stringContaining('cited: residual'));
  });
});

describe('traces for which the report has no room', () => {
  const story = new Story();
  for (let at = 1; at <= 60; at++)
    messages(story, `case ${at}`, 100, 200, at === 60 ? s(2) : ms(1));
  const entries = story.end().entries();
  const { html, trace } = renderReports(entries);
  const [inside, beside] = [tracesOf(html), tracesOf(trace ?? '')];

  test('stand beside it, named with their hash; what failed is in the report', () => {
    expect(inside.names).toContain('case 60');
    expect([...inside.names, ...beside.names].toSorted()).toEqual(
      Array.from({ length: 60 }, (_, at) => `case ${at + 1}`).toSorted(),
    );
    expect(html).toContain(`SHA-256 <code>${sha256(trace ?? '')}</code>`);
    expect(Buffer.byteLength(html)).toBeLessThan(5_000_000);
  });

  test('come out the same each time', () => {
    expect(renderReports(entries).trace).toBe(trace);
  });
});
