import { describe, expect, test } from 'vitest';
import type { PlannedExpectation } from '../../../harness/plan/plan.ts';
import { judge } from '../../../harness/verdict/judge.ts';
import type { Verdict } from '../../../harness/verdict/verdict.ts';
import { expectation, s, Story } from './story.ts';

const STEPS = [
  ['log', { do: 'read-event-log', as: 'log' }],
  ['before', { do: 'read-load-profile', as: 'before' }],
  ['profile', { do: 'read-load-profile', as: 'profile' }],
  ['crossed', { do: 'wait', forNs: 0 }],
] as const;

function judged(asked: PlannedExpectation, tell: (story: Story) => Story): Verdict | undefined {
  const story = tell(new Story().case('a#b', { expect: [asked], steps: STEPS }));
  return judge(story.close().end().entries()).verdicts[0];
}

const logged =
  (...codes: readonly number[]) =>
  (story: Story) =>
    story.log(
      'log',
      codes.map((code, index) => ({ number: index, code, stampMs: index * 1000 })),
    );

describe('events that must stand in a log', () => {
  const asked = expectation('events', { log: 'log', codes: [3, 4], stampsDifferBy: null });

  test.each([
    [[3, 4], 'pass'],
    [[1, 3, 2, 4], 'pass'],
    [[4, 3], 'fail'],
    [[3], 'fail'],
    [[3, 4, 4], 'fail'],
    [[], 'fail'],
  ])('codes %o for 3 then 4 is a %s', (codes, verdict) => {
    expect(judged(asked, logged(...codes))?.verdict).toBe(verdict);
  });

  test.each([
    [s(28), s(1), 'fail'],
    [s(29), s(1), 'pass'],
    [s(31), s(1), 'pass'],
    [s(32), s(1), 'fail'],
  ])('stamps that differ by %i ns for a deviation of -30 s', (differ, tolerance, verdict) => {
    const stampsDifferBy = { is: '-measured.deviation', tolerance };
    const stamped = expectation('events', { log: 'log', codes: [3, 4], stampsDifferBy });
    const row = judged(stamped, (story) =>
      story.reading('deviation', -s(30)).log('log', [
        { number: 1, code: 3, stampMs: 1000 },
        { number: 2, code: 4, stampMs: 1000 + differ / 1e6 },
      ]),
    );
    expect(row).toMatchObject({ verdict, measured: { value: differ } });
  });
});

const interval = (minutes: number, energy = 0, flags: readonly string[] = []) => ({
  endMs: minutes * 60_000,
  energyMilliWattHours: energy,
  flags,
});

describe('intervals of a load profile', () => {
  const common = { profile: 'profile', sumTolerance: 1000, flags: [] };
  const contiguous = expectation('intervals', { ...common, contiguous: true, sumSince: null });

  test.each([
    ['follow each other', [5, 10, 15], 'pass'],
    ['lack one', [5, 15], 'fail'],
    ['repeat one', [5, 10, 10], 'fail'],
    ['are none', [], 'fail'],
  ])('that %s', (_what, ends, verdict) => {
    const row = judged(contiguous, (story) =>
      story.profile(
        'profile',
        ends.map((end) => interval(end)),
      ),
    );
    expect(row?.verdict).toBe(verdict);
  });

  test.each([
    [4000, 'pass'],
    [4001, 'fail'],
    [2000, 'pass'],
    [1999, 'fail'],
  ])('that sum up to %i mWh for 3000 mWh on the register, one pulse apart', (sum, verdict) => {
    const asked = expectation('intervals', { ...common, contiguous: false, sumSince: 'before' });
    const row = judged(asked, (story) =>
      story
        .profile('before', [interval(5, 999_999)], 500)
        .profile('profile', [interval(10, 1000), interval(15, sum - 1000)], 3500),
    );
    expect(row).toMatchObject({ verdict, measured: { value: sum - 3000, unit: 'mWh' } });
  });

  test('must follow the last one of the reading before, too', () => {
    const asked = expectation('intervals', { ...common, contiguous: true, sumSince: 'before' });
    const row = (first: number) =>
      judged(asked, (story) =>
        story.profile('before', [interval(5)]).profile('profile', [interval(first)]),
      );
    expect(row(10)?.verdict).toBe('pass');
    expect(row(15)?.verdict).toBe('fail');
  });

  test('must bear each flag at least once', () => {
    const asked = expectation('intervals', {
      ...common,
      contiguous: false,
      sumSince: null,
      flags: ['a'],
    });
    const row = (...flags: readonly string[]) =>
      judged(asked, (story) => story.profile('profile', [interval(5), interval(10, 0, flags)]));
    expect(row('a', 'b')?.verdict).toBe('pass');
    expect(row('b')).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('seen: b') as string,
    });
  });
});

describe('an answer to a step', () => {
  const asked = expectation('answer', { step: 'crossed', accepted: false });

  test.each([
    [false, 'pass'],
    [true, 'fail'],
  ])('accepted %s where a refusal must come', (accepted, verdict) => {
    const row = judged(asked, (story) => story.begin('crossed').answer(accepted).done('crossed'));
    expect(row?.verdict).toBe(verdict);
  });

  test('counts for its own step alone', () => {
    const row = judged(asked, (story) =>
      story.begin('log').answer(false).done('log').begin('crossed').done('crossed'),
    );
    expect(row).toMatchObject({ verdict: 'inconclusive', blame: 'rig' });
  });

  test('that the device owed fails against it', () => {
    const row = judged(asked, (story) =>
      story.begin('crossed').failed('crossed', 'dut', 'no answer'),
    );
    expect(row).toMatchObject({ verdict: 'fail', blame: 'dut' });
  });
});
