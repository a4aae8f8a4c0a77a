import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../../harness/verdict/decision-rule.ts';
import { judge } from '../../../harness/verdict/judge.ts';
import type { Limits } from '../../../harness/plan/plan.ts';
import type { Reading } from '../../../rigs/port/observation.ts';
import { expectation, ms, s, Story, within } from './story.ts';

const READING: Reading = {
  kind: 'reading',
  name: 'residual',
  value: 0,
  unit: 'ns',
  expandedUncertainty: ms(10),
  coverageFactor: 2,
  budget: [],
  resolution: ms(1),
  ticks: null,
  raw: {},
};

function decided(value: number, limits: Limits, more: Partial<Reading> = {}) {
  return decide({ ...READING, value, ...more }, limits);
}

describe('simple acceptance', () => {
  test.each([
    [s(1), 'pass', 0],
    [-s(1), 'pass', 0],
    [s(1) + 1, 'fail', -1],
    [-s(1) - 1, 'fail', -1],
    [0, 'pass', s(1)],
  ])('%i ns against one second is a %s with a margin of %i ns', (value, verdict, margin) => {
    expect(decided(value, within(s(1)))).toMatchObject({ verdict, margin });
  });

  test('a limit on one side leaves the other open', () => {
    expect(decided(-s(9), within(0, { minimum: null, maximum: s(1) })).verdict).toBe('pass');
    expect(decided(s(9), within(0, { minimum: s(10), maximum: null })).verdict).toBe('fail');
  });
});

describe('guard band with w = U', () => {
  const guarded = within(s(1), { rule: 'guard band' });

  test.each([
    [s(1) - ms(10), 'pass'],
    [s(1) - ms(10) + 1, 'conditional pass'],
    [s(1), 'conditional pass'],
    [s(1) + 1, 'conditional fail'],
    [s(1) + ms(10), 'conditional fail'],
    [s(1) + ms(10) + 1, 'fail'],
  ])('%i ns against one second with U = 10 ms is a %s', (value, verdict) => {
    expect(decided(value, guarded).verdict).toBe(verdict);
    expect(decided(-value, guarded).verdict).toBe(verdict);
  });

  test('never is kinder than simple acceptance', () => {
    const words = ['pass', 'conditional pass', 'conditional fail', 'fail'];
    fc.assert(
      fc.property(fc.integer({ min: -s(2), max: s(2) }), fc.nat(s(1)), (value, u) => {
        const plain = decided(value, within(s(1)), { expandedUncertainty: u }).verdict;
        const banded = decided(value, guarded, { expandedUncertainty: u }).verdict;
        expect(words.indexOf(banded) < 2).toBe(plain === 'pass');
      }),
    );
  });
});

describe('a limit that is finer than the instrument', () => {
  const fine = within(s(1), { resolution: ms(1) });

  test('is decided by an instrument that is fine enough', () => {
    const exact = { resolution: ms(1), expandedUncertainty: ms(1) };
    expect(decided(s(1), fine, exact).verdict).toBe('pass');
    expect(decided(s(1) + ms(1), fine, exact).verdict).toBe('fail');
  });

  test.each([
    ['resolution', { resolution: ms(1) + 1, expandedUncertainty: ms(1) }],
    ['uncertainty', { resolution: ms(1), expandedUncertainty: ms(1) + 1 }],
  ])('is inconclusive for too coarse a %s, and names the 1 Hz output', (_what, coarse) => {
    const found = decided(0, fine, coarse);
    expect(found.verdict).toBe('inconclusive');
    expect(found.reason).toContain('1 Hz clock output');
    expect(found.reason).toContain('1 ms');
  });

  test('is still missed by far on any instrument', () => {
    const coarse = { resolution: s(1), expandedUncertainty: s(1) };
    expect(decided(s(5), fine, coarse).verdict).toBe('fail');
    expect(decided(s(2), fine, coarse).verdict).toBe('inconclusive');
  });
});

describe('a measured expectation', () => {
  const ask = {
    expect: [expectation('measure', { measurement: 'residual', limits: within(s(1)) })],
  };

  test('gives a row with its number, limit, origin, margin and evidence', () => {
    const story = new Story().case('clock/residual#one', ask).reading('residual', ms(400)).close();
    expect(judge(story.end().entries())).toEqual({
      exitCode: 0,
      rigSafe: 'verified',
      verdicts: [
        {
          scenario: 'clock/residual',
          case: 'one',
          bench: 'story-bench',
          requirement: 'REQ-1',
          verdict: 'pass',
          blame: null,
          measured: { name: 'residual', value: ms(400), unit: 'ns', expandedUncertainty: ms(1) },
          limit: {
            minimum: -s(1),
            maximum: s(1),
            unit: 'ns',
            origin: 'requirement REQ-1',
            default: false,
          },
          margin: ms(600),
          reason: 'residual is inside its limits by simple acceptance',
          evidence: [4],
          source: { file: 'story.yaml', line: 1, column: 3 },
        },
      ],
    });
  });

  test('blames the device for a fail', () => {
    const story = new Story().case('a#b', ask).reading('residual', s(2)).close().end();
    const { exitCode, verdicts } = judge(story.entries());
    expect(verdicts).toMatchObject([{ verdict: 'fail', blame: 'dut', margin: -s(1) }]);
    expect(exitCode).toBe(1);
  });

  test('is not decided by the reading of another meter', () => {
    const entries = new Story().case('a#b', ask).reading('residual', 0).close().end().entries();
    const foreign = entries.map((entry) =>
      entry.kind === 'observation'
        ? { ...entry, observation: { ...entry.observation, meter: '4712' } }
        : entry,
    );
    expect(judge(entries).verdicts).toMatchObject([{ verdict: 'pass' }]);
    expect(judge(foreign).verdicts).toMatchObject([{ verdict: 'inconclusive' }]);
  });

  test('in another unit than its limits is a mistake of the scenario', () => {
    const story = new Story()
      .case('a#b', ask)
      .reading('residual', 0, { unit: 'ppm' })
      .close()
      .end();
    expect(judge(story.entries()).verdicts).toMatchObject([
      { verdict: 'inconclusive', blame: 'scenario' },
    ]);
  });
});

describe('a default limit', () => {
  test('never looks like a requirement', () => {
    const origin = { kind: 'default', name: 'ours' } as const;
    const limits = within(s(1), { origin });
    const ask = { expect: [expectation('measure', { measurement: 'x', limits })] };
    const story = new Story().case('a#b', ask).reading('x', 0).close().end();
    expect(judge(story.entries()).verdicts[0]?.limit).toMatchObject({
      default: true,
      origin: 'ours',
    });
  });
});

describe('a recorded expectation', () => {
  const ask = { expect: [expectation('recorded', { measurement: 'error', raw: { pulses: 10 } })] };

  test.each([
    [{ pulses: 10 }, 'pass', null],
    [{ pulses: 9 }, 'fail', 'dut'],
    [{}, 'inconclusive', 'rig'],
  ])('with raw counts %o is a %s', (raw, verdict, blame) => {
    const story = new Story().case('a#b', ask).reading('error', 0, { raw }).close().end();
    expect(judge(story.entries()).verdicts).toMatchObject([{ verdict, blame }]);
  });
});

describe('CLK-09: 1.000 s passes and 1.001 s fails, for an instrument that can tell', () => {
  const limits = within(s(1), { resolution: ms(1) });
  const oneHertz = { resolution: ms(0.2), expandedUncertainty: ms(0.2) };

  test.each([
    [s(1), 'pass'],
    [s(1) + ms(1), 'fail'],
    [-s(1), 'pass'],
    [-s(1) - ms(1), 'fail'],
  ])('%i ns by the 1 Hz output is a %s', (value, verdict) => {
    expect(decided(value, limits, oneHertz).verdict).toBe(verdict);
  });

  test.each([s(1), s(1) + ms(1), s(0.5)])('%i ns by readings of ST52 is undecided', (value) => {
    const byReading = { resolution: ms(100), expandedUncertainty: ms(60) };
    const { verdict, reason } = decided(value, limits, byReading);
    expect(verdict).toBe('inconclusive');
    expect(reason).toContain('needs the 1 Hz clock output');
  });
});
