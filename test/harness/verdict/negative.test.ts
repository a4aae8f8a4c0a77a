import { describe, expect, test } from 'vitest';
import type { Forbidden, PlannedExpectation } from '../../../harness/plan/plan.ts';
import { judge } from '../../../harness/verdict/judge.ts';
import type { Verdict } from '../../../harness/verdict/verdict.ts';
import { expectation, HEARTBEAT, ms, s, Story } from './story.ts';

const SYNC = [
  ['sync', { do: 'wait', forNs: 0 }],
  ['read', { do: 'read-event-log', as: 'log' }],
  ['before', { do: 'measure-clock', as: 'before' }],
  ['after', { do: 'measure-clock', as: 'after' }],
] as const;
const SINCE = { step: 'sync', edge: 'end' } as const;

function never(...forbidden: readonly Forbidden[]): PlannedExpectation {
  return expectation('never', { forbidden, since: SINCE, forNs: s(300), control: HEARTBEAT });
}

const NO_ALARM = never({ message: 'clock-deviation' });

/** The window is from 100 s to 400 s; a control may come until 490 s. */
function watch(asked: PlannedExpectation, tell: (story: Story) => Story): Verdict | undefined {
  const story = new Story().case('clock/x#one', { expect: [asked], steps: SYNC });
  const told = tell(story.at(s(100)).begin('sync').done('sync'));
  return judge(told.at(s(500)).close().end().entries()).verdicts[0];
}

const beat =
  (atNs: number, sequenceNumber: number, instrument = 'link') =>
  (story: Story): Story =>
    story.at(atNs).message('heartbeat', { sequenceNumber }, instrument);

const beats = (story: Story): Story => beat(s(450), 2)(beat(s(390), 1)(story));

describe('what must never come', () => {
  test('holds when the control came inside the window and after it', () => {
    expect(watch(NO_ALARM, beats)).toMatchObject({ verdict: 'pass', blame: null });
  });

  test.each([
    ['nothing came at all', (story: Story) => story],
    ['none came inside', (story: Story) => beat(s(450), 2)(beat(s(99), 1)(story))],
    ['none came after', beat(s(390), 1)],
    ['it came too late after', (story: Story) => beat(s(490) + 1, 2)(beat(s(390), 1)(story))],
    ['a number is missing', (story: Story) => beat(s(450), 3)(beat(s(390), 1)(story))],
    [
      'a number is missing at the beginning',
      (story: Story) => beat(s(450), 4)(beat(s(390), 3)(beat(s(90), 1)(story))),
    ],
    [
      'it came by another path',
      (story: Story) => beat(s(450), 2, 'console')(beat(s(390), 1)(story)),
    ],
  ])('is not decided when of its control %s', (_what, tell) => {
    const row = watch(NO_ALARM, tell);
    expect(row).toMatchObject({ verdict: 'inconclusive', blame: 'rig' });
    expect(row?.reason).toContain('no control');
  });

  test.each([
    ['the first instant', s(100), 'fail'],
    ['the last instant', s(400), 'fail'],
    ['just before', s(100) - 1, 'pass'],
    ['just after', s(400) + 1, 'pass'],
  ])('is judged by the closed window: %s', (_when, atNs, verdict) => {
    const story = new Story().case('clock/x#one', { expect: [NO_ALARM], steps: SYNC });
    const alarm = (): Story => story.at(atNs).message('clock-deviation', { deviationNs: 1 });
    if (atNs < s(100)) alarm();
    story.at(s(100)).begin('sync').done('sync');
    if (atNs >= s(100)) alarm();
    beats(story).at(s(500)).close().end();
    expect(judge(story.entries()).verdicts).toMatchObject([{ verdict }]);
  });

  test('fails when it came, control or not', () => {
    const row = watch(NO_ALARM, (story) => story.at(s(200)).message('clock-deviation'));
    expect(row).toMatchObject({ verdict: 'fail', blame: 'dut' });
  });

  test('is blocked when its window never opened', () => {
    const story = new Story().case('clock/x#one', { expect: [NO_ALARM], steps: SYNC });
    beats(story.at(s(100)).begin('sync').failed('sync', 'dut', 'no request in 6 min'));
    expect(judge(story.close().end().entries()).verdicts).toMatchObject([
      { verdict: 'inconclusive', blame: 'dut', reason: 'blocked by sync: no request in 6 min' },
    ]);
  });
});

const read =
  (atNs: number, ...codes: readonly number[]) =>
  (story: Story): Story =>
    story.at(atNs).log(
      'log',
      codes.map((code, index) => ({ number: index + 1, code, stampMs: 0 })),
    );

describe('an event that must never be logged', () => {
  const asked = never({ event: 3, log: 'log' });

  test('is looked up in the log as read after the window', () => {
    expect(watch(asked, (story) => read(s(460), 1)(beats(story)))?.verdict).toBe('pass');
    expect(watch(asked, (story) => read(s(460), 1, 3)(beats(story)))?.verdict).toBe('fail');
  });

  test('is not decided by a log that was read before the end of the window', () => {
    const row = watch(asked, (story) => beat(s(450), 2)(read(s(399))(beat(s(390), 1)(story))));
    expect(row).toMatchObject({ verdict: 'inconclusive', blame: 'scenario' });
  });

  test('is not decided when the log was never read', () => {
    expect(watch(asked, beats)).toMatchObject({ verdict: 'inconclusive' });
  });
});

const changed =
  (by: number, u = ms(1)) =>
  (story: Story) =>
    beats(story.reading('before', s(5), { expandedUncertainty: u }))
      .at(s(460))
      .reading('after', s(5) + by, { expandedUncertainty: u });

describe('what must stay unchanged', () => {
  const told = { before: 'before', after: 'after', tolerance: ms(500), since: SINCE };
  const asked = expectation('unchanged', { ...told, forNs: s(300), control: HEARTBEAT });

  test.each([
    [ms(500), 'pass'],
    [-ms(500), 'pass'],
    [ms(500) + 1, 'fail'],
    [-ms(500) - 1, 'fail'],
  ])('a change by %i ns with 500 ms of tolerance is a %s', (by, verdict) => {
    const row = watch(asked, changed(by));
    expect(row).toMatchObject({ verdict, measured: { name: 'after - before', value: by } });
  });

  test('is not decided by instruments that cannot tell a change from noise', () => {
    expect(watch(asked, changed(0, ms(400)))).toMatchObject({
      verdict: 'inconclusive',
      blame: 'rig',
    });
    expect(watch(asked, changed(s(9), ms(400)))).toMatchObject({ verdict: 'fail' });
  });

  test('is not decided without its control', () => {
    const row = watch(asked, (story) => story.reading('before', 0).at(s(460)).reading('after', 0));
    expect(row).toMatchObject({ verdict: 'inconclusive' });
  });

  test('is not decided by a second reading from before the window', () => {
    const story = new Story().case('a#b', { expect: [asked], steps: SYNC });
    story.at(s(1)).reading('before', 0).at(s(2)).reading('after', 0);
    beats(story.at(s(100)).begin('sync').done('sync'))
      .at(s(500))
      .close()
      .end();
    expect(judge(story.entries()).verdicts).toMatchObject([{ verdict: 'inconclusive' }]);
  });
});
