import { describe, expect, test } from 'vitest';
import type { PlannedExpectation } from '../../../harness/plan/plan.ts';
import { exitCodeOf } from '../../../harness/verdict/exit-code.ts';
import type { Outcome } from '../../../harness/verdict/exit-code.ts';
import { judge } from '../../../harness/verdict/judge.ts';
import { JournalPlanError } from '../../../harness/verdict/plan-in-journal.ts';
import { expectation, ms, s, Story, within } from './story.ts';

const MEASURE = [
  ['set', { do: 'wait', forNs: 0 }],
  ['measure', { do: 'measure-clock', as: 'residual' }],
] as const;

function residual(
  more: Partial<Pick<PlannedExpectation, 'decides'>> & { readonly when?: string } = {},
) {
  return expectation('measure', { measurement: 'residual', limits: within(s(1)), ...more });
}

const ASK = { expect: [residual()], steps: MEASURE };

describe('a measurement that is missing', () => {
  test('because the device did not do its part fails, with what it did', () => {
    const story = new Story().case('a#b', ASK).begin('set').done('set');
    story.begin('measure').failed('measure', 'dut', 'no answer in 3 s').close().end();
    const { verdicts, exitCode } = judge(story.entries());
    expect(verdicts).toMatchObject([{ verdict: 'fail', blame: 'dut' }]);
    expect(verdicts[0]?.reason).toContain('measure failed: no answer in 3 s');
    expect(exitCode).toBe(1);
  });

  test.each(['rig', 'head-end', 'scenario', 'harness'] as const)(
    'because of the %s is blocked, and says by what',
    (blame) => {
      const story = new Story().case('a#b', ASK).begin('set').failed('set', blame, 'port is gone');
      story.skipped('measure').close().end();
      const { verdicts, exitCode } = judge(story.entries());
      expect(verdicts).toMatchObject([
        { verdict: 'inconclusive', blame, reason: 'blocked by set: port is gone', evidence: [5] },
      ]);
      expect(exitCode).toBe(2);
    },
  );

  test('although its step is done is the rig’s fault', () => {
    const story = new Story().case('a#b', ASK).begin('measure').done('measure').close().end();
    expect(judge(story.entries()).verdicts).toMatchObject([
      { verdict: 'inconclusive', blame: 'rig' },
    ]);
  });
});

const ticks = (count: number) => ({ ticks: { size: s(1), count } });

describe('what an expectation asks by its `when`', () => {
  const band = { lower: { value: s(5), unit: 'ns' } } as const;
  const asked = [residual({ when: 'abs(measured.deviation) >= lower' })];
  const steps = [...MEASURE, ['deviation', { do: 'measure-clock', as: 'deviation' }]] as const;
  const story = (tell: (story: Story) => Story) => {
    const told = tell(new Story().case('a#b', { expect: asked, steps, parameters: band }));
    return judge(told.reading('residual', 0).close().end().entries());
  };

  test('counts whole ticks where the meter compares ticks', () => {
    expect(story((told) => told.reading('deviation', s(4.9), ticks(5))).verdicts).toMatchObject([
      { verdict: 'pass' },
    ]);
    const { verdicts, exitCode } = story((told) => told.reading('deviation', s(5.1), ticks(4)));
    expect(verdicts).toMatchObject([
      { verdict: 'inconclusive', blame: 'scenario', case: '-', scenario: 'a' },
    ]);
    expect(verdicts[0]?.reason).toContain('asked of no case');
    expect(exitCode).toBe(2);
  });

  test('is open when the reading lies between two ticks, with the numbers', () => {
    const between = { ticks: { size: s(1), count: null }, expandedUncertainty: ms(20) };
    const { verdicts } = story((told) => told.reading('deviation', s(4.99), between));
    expect(verdicts).toMatchObject([{ verdict: 'inconclusive', blame: 'rig' }]);
    for (const number of ['4.99 s', '20 ms', '1 s']) expect(verdicts[0]?.reason).toContain(number);
  });

  test('is open when the reading is missing, whoever is to blame', () => {
    const { verdicts } = story((told) =>
      told.begin('deviation').failed('deviation', 'dut', 'no answer in 3 s'),
    );
    expect(verdicts).toMatchObject([{ verdict: 'inconclusive', blame: 'dut' }]);
  });

  test('is evidence, too', () => {
    const { verdicts } = story((told) => told.reading('deviation', s(6)));
    expect(verdicts[0]?.evidence).toEqual([4, 5]);
  });
});

describe('rows', () => {
  test('a requirement gets the worst of its expectations, and the tightest pass', () => {
    const asked = [
      residual({ decides: ['REQ-1', 'REQ-2'] }),
      expectation('measure', { measurement: 'other', limits: within(s(9)), decides: ['REQ-1'] }),
    ];
    const told = { expect: asked, covers: ['REQ-1', 'REQ-2'] };
    const row = (other: number) => {
      const story = new Story()
        .case('a#b', told)
        .reading('residual', ms(100))
        .reading('other', other);
      return judge(story.close().end().entries()).verdicts;
    };
    expect(row(s(8.9))).toMatchObject([
      { requirement: 'REQ-1', verdict: 'pass', measured: { name: 'other' } },
      { requirement: 'REQ-2', verdict: 'pass', measured: { name: 'residual' } },
    ]);
    expect(row(s(0))[0]).toMatchObject({ verdict: 'pass', measured: { name: 'residual' } });
    expect(row(s(9.1))[0]).toMatchObject({ verdict: 'fail', measured: { name: 'other' } });
    expect(row(s(9.1))[1]).toMatchObject({ verdict: 'pass' });
  });

  test('a case that the bench cannot put is inapplicable with its reason, and decides nothing', () => {
    const inapplicable = [{ scenario: 'a', case: null, covers: ['REQ-9'], reason: 'no source' }];
    const story = new Story({ inapplicable, covers: ['REQ-9'] }).end('not energised');
    const { verdicts, exitCode } = judge(story.entries());
    expect(verdicts).toMatchObject([
      { requirement: 'REQ-9', verdict: 'inapplicable', reason: 'no source', blame: null },
    ]);
    expect(exitCode).toBe(2);
  });

  test('a required requirement that was not decided fails, with what stood in the way', () => {
    const inapplicable = [{ scenario: 'a', case: null, covers: ['REQ-9'], reason: 'no source' }];
    const plan = { inapplicable, covers: ['REQ-9'], required: ['REQ-9', 'REQ-8', 'REQ-1'] };
    const story = new Story(plan).case('a#b', ASK).reading('residual', 0).close().end();
    const { verdicts, exitCode } = judge(story.entries());
    const fails = verdicts.filter(({ verdict }) => verdict === 'fail');
    expect(fails).toMatchObject([
      { requirement: 'REQ-9', reason: 'required, but not decided: no source' },
      { requirement: 'REQ-8', blame: 'scenario' },
    ]);
    expect(exitCode).toBe(1);
  });

  test.each([
    ['meter', 'pass'],
    ['pair', 'pass'],
    ['head-end', 'inapplicable'],
    ['configuration-server', 'inapplicable'],
  ] as const)(
    'a requirement about the %s is %s when the meter is under test',
    (subject, verdict) => {
      const story = new Story({ subjects: { 'REQ-1': subject } }).case('a#b', ASK);
      const { verdicts } = judge(story.reading('residual', 0).close().end().entries());
      expect(verdicts).toMatchObject([{ verdict }]);
      expect(verdicts[0]?.reason.startsWith('stimulus')).toBe(verdict === 'inapplicable');
    },
  );

  test('a failed step that no expectation noticed does not hide behind a pass', () => {
    const story = new Story().case('a#b', ASK).reading('residual', 0);
    story.begin('measure').failed('measure', 'rig', 'port is gone').close().end();
    const { verdicts } = judge(story.entries());
    expect(verdicts).toMatchObject([{ verdict: 'inconclusive', blame: 'rig' }]);
    expect(verdicts[0]?.reason).toContain('port is gone');
  });

  test.each([
    [s(5), true],
    [s(1), false],
  ])('CLK-09 under a lower bound of %i ns has its note: %s', (lower, noted) => {
    const told = { expect: [residual({ decides: ['CLK-09'] })], covers: ['CLK-09'] };
    const parameters = { lower: { value: lower, unit: 'ns' } } as const;
    const story = new Story().case('a#b', { ...told, parameters }).reading('residual', 0);
    const [row] = judge(story.close().end().entries()).verdicts;
    expect(row?.verdict).toBe('pass');
    expect(row?.reason.includes('exceeds the synchronisation requirement')).toBe(noted);
  });
});

/** One case that was run and one that was only planned. */
const two = (story: Story) =>
  story.case('a#1', ASK).reading('residual', 0).close().planned('a#2', ASK);

describe('a run that did not go through', () => {
  test('that was aborted keeps what it decided, the rest is aborted', () => {
    const story = two(new Story()).case('a#3', ASK).begin('set').close().aborted('SIGINT').end();
    const { verdicts, exitCode } = judge(story.entries());
    expect(verdicts.map((row) => [row.case, row.verdict])).toEqual([
      ['1', 'pass'],
      ['2', 'aborted'],
      ['3', 'aborted'],
    ]);
    expect(verdicts[2]?.reason).toContain('SIGINT');
    expect(exitCode).toBe(130);
  });

  test('whose journal has no end was aborted, torn or not', () => {
    for (const torn of [false, true]) {
      const { verdicts, exitCode } = judge(two(new Story()).entries(), { torn });
      expect(verdicts.map(({ verdict }) => verdict)).toEqual(['pass', 'aborted']);
      expect(exitCode).toBe(130);
    }
  });

  test('keeps a fail that was seen before the interruption', () => {
    const story = new Story().case('a#1', ASK).reading('residual', s(2)).close().aborted().end();
    expect(judge(story.entries()).verdicts).toMatchObject([{ verdict: 'fail' }]);
  });

  test('because of ourselves is an error in its case, and in the exit code', () => {
    const story = two(new Story())
      .case('a#3', ASK)
      .reading('residual', 0)
      .harnessError('bug')
      .close();
    const { verdicts, exitCode } = judge(story.end().entries());
    expect(verdicts).toMatchObject([
      { verdict: 'pass' },
      { verdict: 'inconclusive', blame: 'harness', reason: 'the case was not run' },
      { verdict: 'error', blame: 'harness', reason: 'bug' },
    ]);
    expect(exitCode).toBe(5);
  });

  test('ends with 5 also when the error belongs to no case', () => {
    const story = two(new Story()).harnessError('bug', null).end();
    expect(judge(story.entries()).exitCode).toBe(5);
  });

  test('before its plan decides nothing', () => {
    expect(judge([])).toEqual({ exitCode: 130, verdicts: [], rigSafe: 'not energised' });
  });
});

test('a journal whose plan is of another format is refused with its line', () => {
  const entries = new Story({ format: 'meterbench-plan/9' as 'meterbench-plan/1' }).end().entries();
  expect(() => judge(entries)).toThrow(JournalPlanError);
  expect(() => judge(entries)).toThrow(
    'journal.ndjson line 2: plan.json has the format meterbench-plan/9',
  );
});

describe('whether the rig is safe', () => {
  const live = () => new Story().case('a#b', ASK).begin('set').energised();

  test.each([
    ['as the run says at its end', live().undone().close().end('verified'), 'verified'],
    ['not, when the run says so', live().undone().close().end('UNSAFE'), 'UNSAFE'],
    [
      'not, when an undo failed, whatever the run says',
      live().undone('failed').close().end(),
      'UNSAFE',
    ],
    ['unknown, when an energised case was never taken back', live(), 'unknown'],
    ['unknown, when the undos may not be complete', live().undone(), 'unknown'],
    ['unknown, when its case was closed without any undo', live().close(), 'unknown'],
    [
      'unknown, when it was energised again',
      live().undone().close().case('a#c', ASK).energised(),
      'unknown',
    ],
    [
      'verified, when every case was taken back before the end',
      live().undone().close(),
      'verified',
    ],
    ['not energised, when it never was', new Story().case('a#b', ASK), 'not energised'],
  ])('is %s', (_what, story, rigSafe) => {
    const judgement = judge(story.entries());
    expect(judgement.rigSafe).toBe(rigSafe);
    expect(judgement.exitCode === 7).toBe(rigSafe === 'UNSAFE' || rigSafe === 'unknown');
  });
});

describe('the exit code', () => {
  const fine: Outcome = {
    rigSafe: 'verified',
    harnessError: false,
    aborted: false,
    words: ['pass'],
  };

  test.each<[number, Partial<Outcome>]>([
    [0, {}],
    [0, { words: ['conditional pass', 'inapplicable'] }],
    [2, { words: [] }],
    [2, { words: ['inapplicable'] }],
    [2, { words: ['pass', 'inconclusive'] }],
    [1, { words: ['inconclusive', 'fail'] }],
    [1, { words: ['pass', 'conditional fail'] }],
    [6, { words: ['pass', 'fail', 'inconclusive', 'invalid'] }],
    [130, { words: ['fail', 'invalid', 'aborted'] }],
    [130, { aborted: true }],
    [5, { words: ['aborted', 'error'], aborted: true }],
    [5, { harnessError: true }],
    [7, { rigSafe: 'unknown', harnessError: true, aborted: true, words: ['error'] }],
    [7, { rigSafe: 'UNSAFE', harnessError: true, aborted: true, words: ['error'] }],
  ])('is %i for %o', (code, outcome) => {
    expect(exitCodeOf({ ...fine, ...outcome })).toBe(code);
  });
});
