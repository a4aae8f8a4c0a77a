import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../harness/journal/entry.ts';
import { runInMemory } from '../../harness/main/memory-run.ts';
import { renderReports } from '../../reports/write.ts';
import { expectation, ms, s, Story } from '../harness/verdict/story.ts';

const accuracy = await runInMemory('accuracy/load-points');
const beyondClass = await runInMemory('accuracy/load-points', {
  defect: 'registration-beyond-class',
});
const outages = await runInMemory('outage/restoration-delay');

function parsed(entries: readonly Entry[]): XmlDocument {
  const { html } = renderReports(entries);
  return XmlDocument.fromString(html.slice(html.indexOf('<html')));
}

function texts(document: XmlDocument, path: string): readonly string[] {
  return document.find(path).map(({ content }) => content);
}

/** All numbers of the attributes that a path finds, in order. */
function numbers(document: XmlDocument, path: string): readonly number[] {
  return texts(document, path).flatMap((text) =>
    [...text.matchAll(/-?\d+(?:\.\d+)?/g)].map(([number]) => Number(number)),
  );
}

describe('the accuracy chart', () => {
  const figure = '//figure[contains(figcaption, "Error of registration")]';

  /** Edges of the class band and heights of the means, in pixels from the top. */
  function drawn(entries: readonly Entry[]) {
    const document = parsed(entries);
    const [top = 0] = numbers(document, `${figure}/svg/rect[@class="band"]/@y`);
    const [height = 0] = numbers(document, `${figure}/svg/rect[@class="band"]/@height`);
    const means = texts(document, `${figure}/svg/g/path[@class="mean"]/@d`);
    const at = means.map((d) => Number(/^M\S+ (\S+)h/.exec(d)?.[1]));
    return { document, top, bottom: top + height, at };
  }

  test('draws a mean inside the band for what is inside the class, and outside for what is not', () => {
    const good = drawn(accuracy.entries);
    expect(good.at).toHaveLength(3);
    expect(good.at.every((y) => y > good.top && y < good.bottom)).toBe(true);
    const bad = drawn(beyondClass.entries);
    expect(bad.at).toHaveLength(3);
    expect(bad.at.every((y) => y < bad.top)).toBe(true);
  });

  test('draws U as whiskers and as guard bands on the scale of the limits, and each repeat', () => {
    const { document, top, bottom } = drawn(accuracy.entries);
    const [, high = 0] = numbers(document, `${figure}/svg/g[1]/path[@class="whisker"]/@d`);
    const d = texts(document, `${figure}/svg/g[1]/path[@class="whisker"]/@d`)[0] ?? '';
    const low = Number(/V(\S+?)M/.exec(d)?.[1]);
    // U is 0.0201 % and the class 0.5 %; pixels are rounded to a tenth.
    expect((low - high) / (bottom - top)).toBeCloseTo(0.0201 / 0.5, 2);
    const guards = numbers(document, `${figure}/svg/rect[@class="guard"]/@height`);
    expect(guards).toHaveLength(6);
    expect((guards[0] ?? 0) * 2).toBeCloseTo(low - high, 0);
    expect(document.find(`${figure}/svg/g/circle[@class="repeat"]`)).toHaveLength(9);
  });

  test('has the same numbers as a table, with the standard deviation of the repeats', () => {
    const { document } = drawn(accuracy.entries);
    const rows = texts(document, `${figure}//tbody/tr`).map((row) => row.replace(/\s+/g, ' '));
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(/15 A .*90 Wh .*−0\.136 % .*pass/);
    const bad = texts(drawn(beyondClass.entries).document, `${figure}//tbody/tr/td[a/span]`);
    expect(bad.map((text) => text.trim())).toEqual(['fail', 'fail', 'fail']);
  });
});

describe('the clock chart', () => {
  const band = { lowerNs: s(5), upperNs: s(60), cycleNs: s(300) };
  const chart = '//figure[@class="chart"]/svg';

  function corrected(enabled: boolean, isMeasured: boolean): Story {
    const sync = expectation('unchanged', {
      before: 'before',
      after: 'after',
      tolerance: s(1),
      since: { step: null, edge: 'start' },
      forNs: s(1),
      control: { message: 'heartbeat', withinNs: s(90) },
    });
    const story = new Story().case('clock/x#30 s', {
      expect: [sync],
      steps: [
        ['configure', { do: 'configure-clock-sync', enabled, ...band }],
        ['set', { do: 'set-meter-clock', offByNs: s(30), pastIntervalEdgeNs: null }],
        ['before', { do: isMeasured ? 'measure-clock' : 'remove-load', as: 'before' } as never],
        ['sync', { do: 'await', message: 'clock-reference-request', withinNs: s(360) }],
        ['after', { do: 'measure-clock', as: 'after' }],
      ],
    });
    if (isMeasured) story.reading('before', s(30));
    return story.reading('after', -ms(100)).close().end();
  }

  test('draws the band for either sign, the deviation before inside it and the one after at zero', () => {
    const document = parsed(corrected(true, true).entries());
    const from = numbers(document, `${chart}//rect[@class="band"]/@x`);
    const widths = numbers(document, `${chart}//rect[@class="band"]/@width`);
    const [before = 0] = numbers(document, `${chart}//circle[@class="before"]/@cx`);
    const [after = 0] = numbers(document, `${chart}//path[@class="after"]/@d`);
    const zero = ((from[0] ?? 0) + (from[1] ?? 0) + (widths[1] ?? 0)) / 2;
    expect(from).toHaveLength(2);
    expect(before).toBeGreaterThan(from[0] ?? 0);
    expect(before).toBeLessThan((from[0] ?? 0) + (widths[0] ?? 0));
    expect(Math.abs(after + 4.5 - zero)).toBeLessThan(10);
  });

  test('marks a deviation that was set and not measured, and a synchronisation that is off', () => {
    const document = parsed(corrected(false, false).entries());
    expect(document.find(`${chart}//circle[@class="before commanded"]`)).toHaveLength(1);
    expect(document.find(`${chart}//rect[@class="band off"]`)).toHaveLength(2);
    expect(document.find(`${chart}//rect[@class="band"]`)).toHaveLength(0);
  });
});

/** How many messages of one kind the journal of the outages holds. */
function seen(kind: string): number {
  const messages = outages.entries.flatMap((entry) =>
    entry.kind === 'observation' && entry.observation.kind === 'message'
      ? [entry.observation.message]
      : [],
  );
  return messages.filter((message) => message.kind === kind).length;
}

describe('the outage chart', () => {
  const document = parsed(outages.entries);
  const chart = '//figure[contains(figcaption, "outage/restoration-delay")]/svg';

  test('shows each last gasp and each restoration of the journal', () => {
    expect(document.find(`${chart}//path[@class="gasp"]`)).toHaveLength(seen('last-gasp'));
    expect(document.find(`${chart}//path[@class="restored"]`)).toHaveLength(seen('restoration'));
    expect(seen('restoration')).toBe(3);
  });

  test('draws the windows that were asked, and the last gasp inside its own', () => {
    // Only the case below the restoration delay asks for silence: one window that forbids.
    expect(document.find(`${chart}//rect[@class="window never good"]`)).toHaveLength(1);
    const gasps = numbers(document, `${chart}//path[@class="gasp"]/@d`).filter(
      (_n, i) => i % 5 === 0,
    );
    const path = `${chart}//g[text[contains(., "last-gasp: pass")]]/rect`;
    const from = numbers(document, `${path}/@x`);
    const width = numbers(document, `${path}/@width`);
    expect(from).toHaveLength(3);
    for (const [index, at] of gasps.entries()) {
      expect(at).toBeGreaterThanOrEqual(from[index] ?? Number.NaN);
      expect(at).toBeLessThanOrEqual((from[index] ?? 0) + (width[index] ?? 0));
    }
  });

  test('lets the mains fall and rise as the switch was verified', () => {
    const [path = ''] = texts(document, `${chart}//g/path[@class="mains"]/@d`);
    // Seen open before it was closed, then closed, opened, closed, opened, closed: five slopes.
    expect(path.match(/L/g)).toHaveLength(5);
  });
});

test('a run that measured nothing says so instead of empty axes', () => {
  const document = parsed(new Story().end().entries());
  expect(document.find('//figure')).toEqual([]);
  expect(texts(document, '//section[@aria-labelledby="charts"]/p')[0]).toContain('nothing');
});

test('every chart has a title and a description for whoever does not see it', () => {
  const document = parsed(outages.entries);
  const charts = document.find('//figure[@class="chart"]/svg');
  expect(charts.length).toBeGreaterThan(0);
  for (const chart of charts) {
    const [title, description] = chart.get('@aria-labelledby')?.content.split(' ') ?? [];
    expect(chart.get(`*[@id="${title ?? ''}"]`)?.content).not.toBe('');
    expect(chart.get(`*[@id="${description ?? ''}"]`)?.content).toContain('cases');
  }
});
