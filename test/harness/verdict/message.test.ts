import { describe, expect, test } from 'vitest';
import { judge } from '../../../harness/verdict/judge.ts';
import type { Verdict } from '../../../harness/verdict/verdict.ts';
import { expectation, ms, s, Story } from './story.ts';

const CUT = [['cut', { do: 'open-mains' }]] as const;
const EXPECTED = {
  message: 'last-gasp',
  since: { step: 'cut', edge: 'start' },
  notBeforeNs: s(15),
  withinNs: s(45),
  count: 1,
  value: null,
  pairsWith: null,
  origin: { kind: 'default', name: 'ours' },
} as const;

/** The mains are cut at 100 s; the link is watched for a minute. */
function cut(
  tell: (story: Story) => Story,
  more: object = {},
  untilNs = s(160),
): Verdict | undefined {
  const asked = [expectation('message', { ...EXPECTED, ...more })];
  const story = new Story().case('outage/cut#one', { expect: asked, steps: CUT });
  const told = tell(story.at(s(100)).begin('cut').done('cut'));
  return judge(told.at(untilNs).close().end().entries()).verdicts[0];
}

const gasp =
  (atNs: number, outageNumber = 3) =>
  (story: Story): Story =>
    story.at(atNs).message('last-gasp', { outageNumber });

describe('a message that must come', () => {
  test.each([
    ['on its first instant', s(115), 'pass'],
    ['one ns early', s(115) - 1, 'fail'],
    ['on its last instant', s(145), 'pass'],
    ['one ns late', s(145) + 1, 'fail'],
  ])('%s is judged by the closed window', (_when, atNs, verdict) => {
    const row = cut(gasp(atNs));
    expect(row).toMatchObject({ verdict, measured: { value: atNs - s(100) } });
    expect(row?.limit).toMatchObject({ minimum: s(15), maximum: s(45), default: true });
  });

  test('fails when it does not come, against the device', () => {
    expect(cut((story) => story)).toMatchObject({ verdict: 'fail', blame: 'dut' });
  });

  test('fails when it comes twice although once is asked', () => {
    const row = cut((story) => gasp(s(130))(gasp(s(120))(story)));
    expect(row).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('2 came') as string,
    });
    expect(row?.evidence).toHaveLength(3);
  });

  test('fails when it tells of the same outage again after its window', () => {
    const row = cut((story) => gasp(s(150))(gasp(s(120.123456789))(story)));
    expect(row).toMatchObject({
      verdict: 'fail',
      reason:
        'expected 1 last-gasp within 45 s, but 1 came and 1 more of outage 3 after the window, first after 50 s',
    });
    expect(row?.evidence).toHaveLength(3);
  });

  test('may come again after its window for another outage', () => {
    expect(cut((story) => gasp(s(150), 4)(gasp(s(120))(story)))?.verdict).toBe('pass');
  });

  test('without an outage number may come again after its window', () => {
    const row = cut(
      (story) => story.at(s(120)).message('heartbeat').at(s(150)).message('heartbeat'),
      { message: 'heartbeat' },
    );
    expect(row?.verdict).toBe('pass');
  });

  test('is told with six digits and no more', () => {
    const row = cut(gasp(s(115.012166667)));
    expect(row?.reason).toBe('last-gasp came after 15.012 s');
  });

  test('is not decided while the link is still watched', () => {
    expect(cut((story) => story, {}, s(145) - 1)).toMatchObject({ verdict: 'inconclusive' });
  });

  test('counts from the step that it names: an older one does not satisfy it', () => {
    const asked = [expectation('message', EXPECTED)];
    const story = new Story().case('a#b', { expect: asked, steps: CUT });
    gasp(s(99))(story).at(s(100)).begin('cut').done('cut').at(s(160)).close().end();
    expect(judge(story.entries()).verdicts).toMatchObject([{ verdict: 'fail' }]);
  });

  test('is blocked when the step that it counts from did not end', () => {
    const asked = [expectation('message', { ...EXPECTED, since: { step: 'cut', edge: 'end' } })];
    const story = new Story().case('a#b', { expect: asked, steps: CUT });
    gasp(s(115))(story.at(s(100)).begin('cut').failed('cut', 'rig', 'switch is silent'));
    expect(judge(story.at(s(160)).close().end().entries()).verdicts).toMatchObject([
      { verdict: 'inconclusive', blame: 'rig', reason: 'blocked by cut: switch is silent' },
    ]);
  });
});

const alarmed = (deviationNs: number) => (story: Story) =>
  story.reading('deviation', s(70)).at(s(110)).message('clock-deviation', { deviationNs });

describe('the value of a message', () => {
  const alarm = {
    message: 'clock-deviation',
    notBeforeNs: 0,
    value: { field: 'deviationNs', is: 'measured.deviation', tolerance: ms(500) },
  };

  test.each([
    [s(70) + ms(500), 'pass'],
    [s(70) - ms(500), 'pass'],
    [s(70) + ms(500) + 1, 'fail'],
    [-s(70), 'fail'],
  ])('%i ns for a measured 70 s with 500 ms of tolerance is a %s', (deviationNs, verdict) => {
    expect(cut(alarmed(deviationNs), alarm)).toMatchObject({ verdict });
  });

  test('cannot be judged without the measurement that it must equal', () => {
    const row = cut(
      (story) => story.at(s(110)).message('clock-deviation', { deviationNs: 1 }),
      alarm,
    );
    expect(row).toMatchObject({ verdict: 'inconclusive', blame: 'scenario' });
  });

  test('must be there', () => {
    const row = cut(
      (story) => story.reading('deviation', 1).at(s(110)).message('clock-deviation'),
      alarm,
    );
    expect(row).toMatchObject({
      verdict: 'fail',
      reason: 'clock-deviation has no field deviationNs',
    });
  });
});

const restored = (story: Story) => story.at(s(120)).message('restoration', { outageNumber: 3 });

describe('a message that pairs with one before it', () => {
  const pair = { message: 'restoration', pairsWith: 'last-gasp' };

  test('passes with one of its outage, and rests on both', () => {
    const row = cut((story) => restored(gasp(s(116))(story)), pair);
    expect(row?.verdict).toBe('pass');
    expect(row?.evidence).toHaveLength(3);
  });

  test.each([
    ['none came', (story: Story) => story],
    ['another outage came', gasp(s(116), 2)],
    ['two of it came', (story: Story) => gasp(s(117))(gasp(s(116))(story))],
  ])('fails when %s', (_what, before) => {
    expect(cut((story) => restored(before(story)), pair)?.verdict).toBe('fail');
  });

  test('fails when the other one comes after it only', () => {
    expect(cut((story) => gasp(s(121))(restored(story)), pair)?.verdict).toBe('fail');
  });
});
