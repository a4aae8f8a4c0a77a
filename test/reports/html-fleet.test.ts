import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../harness/journal/entry.ts';
import { renderReports } from '../../reports/write.ts';
import { alarm } from '../harness/tally/observations.ts';
import { ms, s, Story } from '../harness/verdict/story.ts';
import {
  alarmsAfter,
  CUT_AT,
  cutFleet,
  GASP,
  loadOf,
  snapshotOf,
  TALLIED,
  wholeFleet,
} from './fleet-story.ts';

function parsed(story: Story): XmlDocument {
  const entries: readonly Entry[] = story.close().end('not energised').entries();
  const { html } = renderReports(entries);
  return XmlDocument.fromString(html.slice(html.indexOf('<html')));
}

function texts(document: XmlDocument, path: string): readonly string[] {
  return document.find(path).map(({ content }) => content.replace(/\s+/g, ' ').trim());
}

/** All numbers in what a path finds, in order. */
function numbers(document: XmlDocument, path: string): readonly number[] {
  return texts(document, path).flatMap((text) =>
    [...text.matchAll(/-?\d+(?:\.\d+)?/g)].map(([number]) => Number(number)),
  );
}

/** Cells of the one row under a heading each, by that heading. */
function cells(document: XmlDocument, figure: string): Readonly<Record<string, string>> {
  const names = texts(document, `${figure}//thead//th`);
  const values = texts(document, `${figure}//tbody/tr[1]/*`);
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}

/** The rows of a table, their cells apart by a space. */
function rows(document: XmlDocument, figure: string): readonly string[] {
  return document.find(`${figure}//tbody/tr`).map((row) =>
    row
      .find('*')
      .map(({ content }) => content.replace(/\s+/g, ' ').trim())
      .join(' '),
  );
}

describe('the curve from outage to alarm', () => {
  const figure = '//figure[svg/title[contains(., "northbound")]]';
  const whole = `(${figure}//path[@class="share"])[1]/@d`;
  const [TOP, BOTTOM] = [34, 264];

  /** Where a curve begins and ends. */
  function curve(document: XmlDocument) {
    const all = numbers(document, whole);
    return { from: all[0], right: all.at(-2) ?? 0, top: all.at(-1) ?? 0 };
  }

  function limitAt(document: XmlDocument): number {
    return numbers(document, `${figure}//g/path[@class="limit"]/@d`)[0] ?? Number.NaN;
  }

  const bad = parsed(cutFleet(5).ofFleet(...alarmsAfter([[10], [12, 13], [14], [40]])));
  const good = parsed(cutFleet(5).ofFleet(...alarmsAfter([[10], [11], [12], [13], [14]])));

  test('tells percentiles, and how many were lost, doubled and late, with the limit and its origin', () => {
    expect(cells(bad, figure)).toMatchObject({
      Meters: '5',
      p50: '12 s',
      p95: '40 s',
      Max: '40 s',
      Lost: '1',
      Duplicate: '1',
      Late: '1',
      Limit: 'from 5 s to 30 s (default, not from the source: ours)',
      Verdict: 'fail',
    });
    expect(cells(good, figure)).toMatchObject({
      p50: '12 s',
      Max: '14 s',
      Lost: '0',
      Duplicate: '0',
      Late: '0',
      Verdict: 'pass',
    });
  });

  test('rises to all meters only when all came, and passes the limit only when one was late', () => {
    expect(curve(good).top).toBe(TOP);
    expect(curve(bad).top).toBeCloseTo(BOTTOM - (4 / 5) * (BOTTOM - TOP), 1);
    expect(curve(good).right).toBeLessThan(limitAt(good));
    expect(curve(bad).right).toBeGreaterThan(limitAt(bad));
  });

  test('counts no alarm of another kind, of another meter, or from before the step', () => {
    const others = [
      alarm(0, CUT_AT - s(1), 'last-gasp', { outage: 1, alarmId: 1 }),
      alarm(1, CUT_AT + s(9), 'restoration', { outage: 1, alarmId: 2 }),
      alarm(2, CUT_AT + s(9), 'last-gasp', { outage: 1, alarmId: 3 }),
    ];
    expect(parsed(cutFleet(2).ofFleet(...others)).find(figure)).toEqual([]);
    const own = alarm(1, CUT_AT + s(9), 'last-gasp', { outage: 2, alarmId: 4 });
    expect(cells(parsed(cutFleet(2).ofFleet(...others, own)), figure)).toMatchObject({
      Meters: '2',
      Lost: '1',
      Max: '9 s',
    });
  });

  test('counts the meters of the group alone that is asked', () => {
    const eachOf = { name: 'odd', ranges: [{ first: 1, count: 2, stride: 2 }] };
    const story = cutFleet(5, { asked: { ...GASP, eachOf } });
    const document = parsed(story.ofFleet(...alarmsAfter([[6], [7], [8], [9]])));
    expect(cells(document, figure)).toMatchObject({ Meters: '2', p50: '7 s', Max: '9 s' });
  });

  test('draws a large fleet from the tally of the run', () => {
    const document = parsed(cutFleet(5_000).tally('alarm', TALLIED));
    expect(cells(document, figure)).toMatchObject({
      Meters: '5,000',
      p50: '8 s',
      p99: '14 s',
      Lost: '6',
      Late: '4',
    });
    expect(curve(document).top).toBeCloseTo(BOTTOM - (4_994 / 5_000) * (BOTTOM - TOP), 1);
    expect(texts(document, `${figure}//g/title`)).toContain('4,994 alarms of 5,000 meters');
  });

  test('says of a tally without a sample that no alarm came', () => {
    const none = { ...TALLIED, faults: { missing: 5_000 }, fulfilled: 0, latency: null };
    const document = parsed(cutFleet(5_000).tally('alarm', none));
    expect(texts(document, `${figure}/svg/text`)).toEqual(['no alarm came']);
    expect(cells(document, figure)).toMatchObject({ Lost: '5,000', p50: 'n/a' });
  });

  test('draws a tail of many times the median on a logarithmic axis, and else a linear one', () => {
    const axis = `${figure}/svg/text[contains(., "time since the step")]`;
    const long = cutFleet(3).ofFleet(...alarmsAfter([[5], [6], [600]]));
    expect(texts(parsed(long), axis)[0]).toBe('time since the step, logarithmic');
    expect(texts(good, axis)).toEqual(['time since the step', 'time since the step']);
  });

  test('judges nothing by numbers that are invalid', () => {
    const lag = { generatorLagP99Ns: s(2) };
    const late = cutFleet(5_000, { time: 'wall' })
      .ofFleet(loadOf([[1, 10, 9, 2_000]], lag))
      .tally('alarm', TALLIED);
    expect(cells(parsed(late), figure)['Verdict']).toBe('invalid');
  });
});

describe('the provisioning timeline', () => {
  const figure = '//figure[svg/title[contains(., "the way of")]]';

  const story = cutFleet(3).ofFleet(
    snapshotOf('early', [
      { meter: { firstAutoConfigurationAt: 4, registeredAt: 0 } },
      { meter: { firstAutoConfigurationAt: 2, registeredAt: 30 } },
    ]),
    // In two pieces, as a large snapshot comes.
    snapshotOf('later', [
      { meter: { firstAutoConfigurationAt: 9, registeredAt: 31 } },
      {
        provisioning: { requestedAt: 60, elapsed: 20 },
        meter: { firstAutoConfigurationAt: 9, registeredAt: 33 },
      },
    ]),
    snapshotOf('later', [{ provisioning: { requestedAt: 60, elapsed: 0 } }]),
  );
  const document = parsed(story);

  test('tells the spread of each phase in order of time, from the first snapshot that most meters have', () => {
    expect(rows(document, figure)).toEqual([
      'first auto-configuration meter 2 of 3 2 s 2 s 4 s 4 s early 8',
      'registered meter 2 of 3 31 s 31 s 33 s 33 s later 9',
      'provisioning requested head-end 2 of 3 1 min 1 min 1 min 1 min later 9',
      'provisioning ended head-end 1 of 3 80 s 80 s 80 s 80 s later 9',
    ]);
  });

  test('draws a bar for each phase from its first to its last meter', () => {
    const from = numbers(document, `${figure}/svg/g/rect[@class="reach"]/@x`);
    const widths = numbers(document, `${figure}/svg/g/rect[@class="reach"]/@width`);
    expect(from).toHaveLength(4);
    expect(from).toEqual(from.toSorted((a, b) => a - b));
    expect((widths[0] ?? 0) / (widths[1] ?? 0)).toBeCloseTo(1, 1);
    expect(widths[2]).toBe(1);
  });

  test('is not drawn of a snapshot without instants', () => {
    const none = cutFleet(1).ofFleet(snapshotOf('after', [{ meter: { registeredAt: 0 } }]));
    expect(parsed(none).find(figure)).toEqual([]);
  });
});

describe('the load chart', () => {
  const figure = '//figure[svg/title[contains(., ": load of")]]';
  const words = (document: XmlDocument) => texts(document, `${figure}/p[@class="words"]`)[0];

  const load = loadOf([
    [90, 100, 100, 20],
    [91, 300, 200, 30],
    [94, 100, 150, 10],
  ]);
  const document = parsed(
    cutFleet(5_000, { time: 'wall' }).begin('look').done('look').ofFleet(load),
  );

  function heights(name: string): readonly number[] {
    return numbers(document, `${figure}/svg/path[@class="${name}"]/@d`).filter((_n, i) => i % 2);
  }

  test('draws offered, achieved and received as lines of their own, silent seconds at zero', () => {
    const [offered, achieved, received] = [
      heights('offered'),
      heights('achieved'),
      heights('received'),
    ];
    const zero = offered[2] ?? Number.NaN;
    expect(offered).toHaveLength(5);
    expect(offered.slice(2, 4)).toEqual([zero, zero]);
    expect((zero - (offered[1] ?? 0)) / (zero - (achieved[1] ?? 0))).toBeCloseTo(300 / 200, 1);
    expect(received[0]).toBeGreaterThan(achieved[0] ?? 0);
  });

  test('tells each second to whoever points at it', () => {
    const told = texts(document, `${figure}//g[rect[@class="column"]]/title`);
    expect(told[1]).toBe('91.0 s: offered 300, achieved 200, received 199, lag p99 30 ms');
    expect(told[2]).toBe('92.0 s: offered 0, achieved 0, received 0, lag p99 0 s');
  });

  test('marks the steps that make meters speak, by their names, and no others', () => {
    const marks = texts(document, `${figure}//g[path[@class="cause"]]/title`);
    expect(marks).toEqual(['close-mains at 0 s', 'cut at 100 s']);
  });

  test('says in words what was offered, achieved and how late, and nothing of INVALID within the bound', () => {
    expect(words(document)).toMatch(
      /^offered 500, achieved 450, received 447; lag p99 40 ms \(bound 250 ms\); observer lag p99 60 ms \(bound 1 s\); line \d+\.$/,
    );
  });

  test.each([
    ['generator', { generatorLagP99Ns: ms(251) }],
    ['observer', { observerLagP99Ns: s(1) + 1 }],
  ])('says INVALID when the %s was later than its bound', (who, lag) => {
    const late = cutFleet(5_000, { time: 'wall' }).ofFleet(loadOf([[1, 9, 9, 20]], lag));
    expect(words(parsed(late))).toContain(`INVALID the numbers are not judged: ${who} was late`);
  });

  /** By how many pixels a lag of one second is drawn below the bound of 250 ms. */
  function lagBelowBound(lagMs: number): number {
    const story = cutFleet(2_000, { time: 'wall' }).ofFleet(loadOf([[1, 9, 9, lagMs]]));
    const page = parsed(story);
    const [, bound = 0] = numbers(page, `${figure}/svg/path[@class="limit"]/@d`);
    const [, lag = 0] = numbers(page, `${figure}/svg/path[@class="lag"]/@d`);
    return lag - bound;
  }

  test('draws the bound above a lag that keeps it, and below one that does not', () => {
    expect(lagBelowBound(249)).toBeGreaterThan(0);
    expect(lagBelowBound(900)).toBeLessThan(0);
  });

  test('thins a long run to means of its rates and the worst of its lags', () => {
    const long = Array.from(
      { length: 480 },
      (_, at) => [at, 10 + 10 * (at % 2), 20, at % 4] as const,
    );
    const page = parsed(cutFleet(2_000, { time: 'wall' }).ofFleet(loadOf(long)));
    expect(page.find(`${figure}//rect[@class="column"]`)).toHaveLength(240);
    expect(texts(page, `${figure}/figcaption`)[0]).toContain('mean of 2 s');
    expect(rows(page, figure)[1]).toBe('2.0 s 15 20 19 3 ms');
  });

  test('is not drawn in simulated time, where nothing is counted second by second', () => {
    expect(parsed(cutFleet(2).ofFleet(loadOf([]))).find(figure)).toEqual([]);
  });
});

describe('the page of fleets', () => {
  const document = parsed(wholeFleet());

  test('names each fleet once, with its size, type, carrier, origin and time', () => {
    const twice = parsed(cutFleet(5_000).close().case('storm#two', { expect: [], meters: 5_000 }));
    const fleets = texts(twice, '//header//div[dt="Fleet"]/dd');
    expect(fleets).toEqual([
      '5,000 simulated meters of type story; carrier ideal (story); simulated time',
    ]);
    expect(texts(document, '//header//div[dt="Fleet"]/dd')[0]).toContain('; wall time');
    expect(texts(document, '//header//div[dt="Time"]/dd')).toEqual(['wall time']);
  });

  test('names the meter in the socket only when some case is about it', () => {
    expect(document.find('//header//div[dt="Meter under test"]')).toEqual([]);
    const both = parsed(cutFleet(5).close().case('clock/x#a', { expect: [] }));
    expect(both.find('//header//div[dt="Meter under test"]')).toHaveLength(1);
  });

  test('tells in a tile how many meters there were, and offered beside achieved', () => {
    const [value] = texts(document, '//dl[@class="tiles"]/div[dt="Fleet"]/dd/strong');
    const [detail] = texts(document, '//dl[@class="tiles"]/div[dt="Fleet"]/dd/span');
    expect(value).toBe('5,000');
    expect(detail).toBe('simulated meters in 1 case; messages offered 120,357, achieved 120,120');
    const rig = parsed(new Story().case('clock/x#a', { expect: [] }));
    expect(rig.find('//dl[@class="tiles"]/div[dt="Fleet"]')).toEqual([]);
  });

  test('draws the timeline of the mains of one meter only, never of a fleet', () => {
    expect(document.find('//path[@class="mains"]')).toEqual([]);
    expect(texts(document, '//h3')).toEqual(
      expect.arrayContaining(['From outage to alarm', 'Provisioning', 'Load']),
    );
  });

  test('draws the first twenty cases of a kind, says how many more there are, and stays under 5 MB', () => {
    const story = new Story();
    for (let index = 0; index < 24; index++) {
      wholeFleet({ key: `storm#${index}`, after: story }, 600);
    }
    const { html } = renderReports(story.end('not energised').entries());
    expect(Buffer.byteLength(html)).toBeLessThan(5_000_000);
    expect(html.match(/<figure class="chart">/g)).toHaveLength(60);
    expect(html.match(/4 more are not drawn\./g)).toHaveLength(3);
  });
});
