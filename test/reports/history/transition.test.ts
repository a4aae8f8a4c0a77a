import { describe, expect, test } from 'vitest';
import type { MeasuredValue, Verdict, VerdictWord } from '../../../harness/verdict/verdict.ts';
import { compareRuns, unlikeness } from '../../../reports/history/compare.ts';
import { transitionOf } from '../../../reports/history/transition.ts';

const QUESTION = { scenario: 'accuracy/load-points', case: '15 A', bench: 'simulated' } as const;

function verdict(word: VerdictWord, value: number | null = null, u: number | null = 200): Verdict {
  const measured: MeasuredValue | null =
    value === null ? null : { name: 'error', value, unit: 'ppm', expandedUncertainty: u };
  return {
    ...QUESTION,
    requirement: 'MNT-04',
    verdict: word,
    blame: null,
    measured,
    limit: null,
    margin: null,
    reason: '',
    evidence: [],
    source: null,
  };
}

describe('the words of one question over the runs', () => {
  test.each<[string, readonly VerdictWord[], string]>([
    ['one', ['fail'], 'new'],
    ['always the same', ['pass', 'pass', 'pass'], 'same'],
    ['a conditional pass after a pass', ['pass', 'conditional pass'], 'same'],
    ['a failure that stays', ['fail', 'conditional fail'], 'same'],
    ['mended', ['fail', 'fail', 'pass'], 'fixed'],
    ['broken', ['pass', 'pass', 'fail'], 'regressed'],
    ['broken once and still', ['pass', 'fail', 'fail'], 'same'],
    ['to and fro', ['pass', 'fail', 'pass'], 'flaky'],
    ['nothing decided in between', ['pass', 'inconclusive', 'aborted', 'fail'], 'regressed'],
    ['nothing decided at all', ['inapplicable', 'inconclusive'], 'same'],
  ])('%s', (_what, words, transition) => {
    expect(transitionOf(words)).toBe(transition);
  });
});

describe('two runs beside each other', () => {
  test.each<[string, Verdict, Verdict, string]>([
    ['fixed', verdict('fail'), verdict('pass'), 'fixed'],
    ['regressed', verdict('pass'), verdict('conditional fail'), 'regressed'],
    ['same', verdict('pass'), verdict('pass'), 'same'],
    ['undecided', verdict('pass'), verdict('inconclusive'), 'undecided'],
  ])('%s', (_what, before, after, transition) => {
    expect(compareRuns([before], [after])).toMatchObject([{ before, after, transition }]);
  });

  test('a question that only one of them asked is new or gone, and is not lost', () => {
    const other = { ...verdict('pass'), requirement: 'MNT-03' };
    const compared = compareRuns([verdict('pass')], [other]);
    expect(compared).toMatchObject([
      { transition: 'new', before: null, after: other },
      { transition: 'gone', after: null },
    ]);
  });

  // The band of two readings with U = 300 and U = 400 is 500, as the sides of a triangle have it.
  test.each([
    ['within the band', 1_500, true],
    ['a tick beyond it', 1_501, false],
    ['on the other side', 500, true],
    ['a tick beyond on the other side', 499, false],
  ])('a change of a measurement %s', (_what, value, isNoise) => {
    const compared = compareRuns([verdict('pass', 1_000, 300)], [verdict('pass', value, 400)]);
    expect(compared).toMatchObject([{ difference: { change: value - 1_000, band: 500, isNoise } }]);
  });

  test('without an uncertainty each change is one, and no change is none', () => {
    const before = [verdict('pass', 1_000, null)];
    expect(compareRuns(before, [verdict('pass', 1_001, null)])).toMatchObject([
      { difference: { band: null, isNoise: false } },
    ]);
    expect(compareRuns(before, before)).toMatchObject([{ difference: { isNoise: true } }]);
  });

  test('measurements of other names or units are not subtracted', () => {
    const after = verdict('pass', 5);
    const measured = { name: 'error', value: 5, unit: 'ns', expandedUncertainty: 1 } as const;
    expect(compareRuns([verdict('pass', 4)], [{ ...after, measured }])).toMatchObject([
      { difference: null },
    ]);
  });

  test('what was not the same from the beginning is told', () => {
    const abilities = { bench: 'simulated', meterSerial: '60012345' };
    const before = { title: 'a', seed: 1, time: 'simulated', defect: null, abilities } as const;
    expect(unlikeness(before, before)).toEqual([]);
    const after = { ...before, seed: 2, abilities: { ...abilities, meterSerial: '60012346' } };
    expect(unlikeness(before, after)).toEqual(['seed 1 -> 2', 'meter 60012345 -> 60012346']);
  });
});
