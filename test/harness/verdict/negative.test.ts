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

const later = (story: Story) => story.at(s(470)).log('log', [{ number: 9, code: 3, stampMs: 0 }]);

describe('an event that must never be logged', () => {
  const asked = never({ event: 3, log: 'log' });

  /** Two readings, at these seconds with these codes, and whatever comes after. */
  const logged = (
    first: number,
    before: readonly number[],
    second: number,
    after: readonly number[],
    more: (story: Story) => Story = (story) => story,
  ): Verdict | undefined => {
    const story = new Story().case('clock/x#one', { expect: [asked], steps: SYNC });
    story.at(s(100)).begin('sync').done('sync');
    read(s(first), ...before)(story);
    read(s(second), ...after)(beats(story));
    return judge(more(story).at(s(500)).close().end().entries()).verdicts[0];
  };

  test('is looked up in the log as read after the window', () => {
    expect(logged(100, [], 460, [1])?.verdict).toBe('pass');
    expect(logged(100, [], 460, [1, 3])).toMatchObject({ verdict: 'fail', blame: 'dut' });
    expect(logged(100, [3], 460, [1])?.verdict).toBe('pass');
  });

  test('is not held against the meter when the log was not read before the window', () => {
    expect(watch(asked, (story) => read(s(460), 1)(beats(story)))?.verdict).toBe('pass');
    const row = watch(asked, (story) => read(s(460), 1, 3)(beats(story)));
    expect(row).toMatchObject({ verdict: 'inconclusive', blame: 'scenario' });
    expect(row?.reason).toContain('read the event log before the window opens');
    expect(logged(101, [3], 460, [1])).toMatchObject({ verdict: 'inconclusive' });
    expect(logged(101, [3], 460, [3])).toMatchObject({ verdict: 'fail' });
  });

  test('counts up to the first reading after the window only, whatever its name', () => {
    expect(logged(100, [], 460, [1], later)?.verdict).toBe('pass');
    expect(logged(100, [], 399, [1], later)?.verdict).toBe('fail');
  });

  test.each([
    [3, 'inconclusive'],
    [4, 'inconclusive'],
    [1, 'fail'],
  ])('of code %i with our own setting of the clock between is %s', (event, verdict) => {
    const steps = [
      ['read', { do: 'read-event-log', as: 'log' }],
      ['set', { do: 'set-meter-clock', offByNs: s(1), pastIntervalEdgeNs: null }],
      ['sync', { do: 'wait', forNs: 0 }],
    ] as const;
    const forbidden = never({ event, log: 'log' });
    const story = new Story().case('clock/x#one', { expect: [forbidden], steps });
    read(s(90))(story).at(s(95)).begin('set').done('set');
    beats(story.at(s(100)).begin('sync').done('sync'));
    read(s(460), event)(story).at(s(500)).close().end();
    const [row] = judge(story.entries()).verdicts;
    expect(row).toMatchObject({ verdict, blame: verdict === 'fail' ? 'dut' : 'scenario' });
    expect(row?.reason.includes("set set the meter's clock")).toBe(verdict !== 'fail');
  });

  test('of our own setting of the clock before the last reading before the window counts', () => {
    const steps = [
      ['set', { do: 'set-meter-clock', offByNs: s(1), pastIntervalEdgeNs: null }],
      ['sync', { do: 'wait', forNs: 0 }],
      ['read', { do: 'read-event-log', as: 'log' }],
    ] as const;
    const story = new Story().case('clock/x#one', { expect: [asked], steps });
    read(s(96), 3)(story.at(s(95)).begin('set').done('set'));
    beats(story.at(s(100)).begin('sync').done('sync'));
    read(s(460), 3)(story).at(s(500)).close().end();
    expect(judge(story.entries()).verdicts).toMatchObject([{ verdict: 'fail' }]);
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

  test.each([
    ['on the end of the window', 100, 400, 'pass'],
    ['just before the end of the window', 100, 399.999, 'inconclusive'],
    ['on the start of the window only', 100, 100, 'inconclusive'],
    ['after a first one that came too late', 100.001, 400, 'inconclusive'],
  ])('read %s', (_when, first, second, verdict) => {
    const story = new Story().case('a#b', { expect: [asked], steps: SYNC });
    story.at(s(100)).begin('sync').done('sync').at(s(first)).reading('before', 0);
    beats(story.at(s(second)).reading('after', 0))
      .at(s(500))
      .close()
      .end();
    expect(judge(story.entries()).verdicts).toMatchObject([
      { verdict, blame: verdict === 'pass' ? null : 'scenario' },
    ]);
  });

  test('says when it was read and how long the window is', () => {
    const row = watch(asked, (story) =>
      beats(story.reading('before', 0).at(s(112.3456789)).reading('after', 0)),
    );
    expect(row?.reason).toBe(
      "'after' was read 12.346 s after the window opened, but the window lasts 5 min: it must be read at its end or later",
    );
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
