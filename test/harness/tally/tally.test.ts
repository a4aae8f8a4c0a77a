import { describe, expect, test } from 'vitest';
import type { PlannedExpectation } from '../../../harness/plan/plan.ts';
import { createTally } from '../../../harness/tally/create-tally.ts';
import type { TallyResult } from '../../../harness/journal/tally-result.ts';
import type { Observation } from '../../../rigs/port/observation.ts';
import { expectation, ms, plannedCase, s } from '../verdict/story.ts';
import {
  alarm,
  answer,
  heartbeat,
  northboundHeard,
  said,
  serialOf,
  snapshot,
} from './observations.ts';

const OURS = { kind: 'default', name: 'ours' } as const;
const SINCE = { step: 'cut', edge: 'start' } as const;
const WINDOW = {
  since: SINCE,
  notBeforeNs: s(5),
  withinNs: s(30),
  count: 1,
  origin: OURS,
} as const;
const GASP = expectation('message', {
  ...WINDOW,
  message: 'last-gasp',
  pairsWith: null,
  value: null,
});
const BACK = expectation('message', {
  ...WINDOW,
  message: 'restoration',
  pairsWith: 'last-gasp',
  value: null,
});
const ALARM = expectation('alarm', { ...WINDOW, alarm: 'last-gasp', pairsWith: null });
const BACK_ALARM = expectation('alarm', {
  ...WINDOW,
  alarm: 'restoration',
  pairsWith: 'last-gasp',
});
const NEVER = expectation('never', {
  forbidden: [{ message: 'last-gasp' }, { message: 'restoration' }],
  since: SINCE,
  forNs: s(100),
  control: { message: 'heartbeat', withinNs: s(60) },
});

/** What an expectation comes to over a fleet of which the mains are cut at 100 s. */
function tallied(
  asked: PlannedExpectation,
  seen: readonly Observation[],
  {
    meters = 1,
    step = 'ask',
    cutNs = s(100),
  }: { readonly meters?: number; readonly step?: string; readonly cutNs?: number | null } = {},
): TallyResult {
  const planned = plannedCase('a#b', {
    meters,
    expect: [asked],
    steps: [['cut', { do: 'open-mains' }]],
  });
  const tally = createTally(planned, asked);
  if (tally === null) throw new Error(`${asked.kind} is not tallied`);
  if (cutNs !== null) tally.mark(SINCE, cutNs);
  for (const [index, observation] of seen.entries()) {
    tally.feed({ seq: index + 1, atNs: observation.at.ns, step, observation });
  }
  return tally.result();
}

/** The one fault of a fleet of one meter; null when it fulfils. */
function faultOf(asked: PlannedExpectation, seen: readonly Observation[]): string | null {
  const { fulfilled, faults } = tallied(asked, seen);
  const [fault = null] = Object.keys(faults);
  expect(fulfilled).toBe(fault === null ? 1 : 0);
  return fault;
}

const gasp = (atNs: number, outageNumber = 1) => said(0, atNs, 'last-gasp', { outageNumber });
const back = (atNs: number, outageNumber = 1) => said(0, atNs, 'restoration', { outageNumber });

describe('a message of each meter', () => {
  test.each<readonly [string, readonly Observation[], string | null]>([
    ['in its window', [gasp(s(120))], null],
    ['on its first instant', [gasp(s(105))], null],
    ['one ns early', [gasp(s(105) - 1)], 'early'],
    ['on its last instant', [gasp(s(130))], null],
    ['one ns late', [gasp(s(130) + 1)], 'late'],
    ['not at all', [], 'missing'],
    ['before the step only', [gasp(s(99))], 'missing'],
    ['twice', [gasp(s(110)), gasp(s(120), 2)], 'too many'],
    ['once more of its outage, after the window', [gasp(s(110)), gasp(s(400))], 'too many'],
    ['and of another outage after the window', [gasp(s(110)), gasp(s(400), 2)], null],
  ])('that comes %s', (_when, seen, fault) => {
    expect(faultOf(GASP, seen)).toBe(fault);
  });

  test.each<readonly [string, readonly Observation[], string | null]>([
    ['of the one before', [gasp(s(50)), back(s(110))], null],
    ['of no one', [back(s(110))], 'wrong pair'],
    ['of another outage', [gasp(s(50), 2), back(s(110))], 'wrong pair'],
    ['of one that came after it', [back(s(110)), gasp(s(111))], 'wrong pair'],
    ['of one that was told twice', [gasp(s(50)), gasp(s(51)), back(s(110))], 'wrong pair'],
  ])('that belongs to the outage %s', (_which, seen, fault) => {
    expect(faultOf(BACK, seen)).toBe(fault);
  });

  test('counts at the tap beside the meter, and for the meter that it is of', () => {
    const elsewhere = { ...gasp(s(120)), instrument: 'head-end' };
    const ofNobody = { ...gasp(s(120)), meter: `0${serialOf(0)}` };
    expect(faultOf(GASP, [elsewhere, ofNobody])).toBe('missing');
  });
});

const out = (atNs: number, outage: number | null = 1, alarmId = 7) =>
  alarm(0, atNs, 'last-gasp', { outage, alarmId });
const ended = (atNs: number, pairsWith?: number) =>
  alarm(0, atNs, 'restoration', {
    outage: 1,
    alarmId: 8,
    ...(pairsWith === undefined ? {} : { pairsWith }),
  });

describe('an alarm of each meter', () => {
  test.each<readonly [string, readonly Observation[], string | null]>([
    ['once', [out(s(120))], null],
    ['late at the observer', [out(s(130) + 1)], 'late'],
    ['early', [out(s(104))], 'early'],
    ['never', [gasp(s(120)), northboundHeard(s(100))], 'missing'],
    ['never to an observer that hears nothing', [gasp(s(120))], 'not listening'],
    ['twice for one outage', [out(s(120)), out(s(121))], 'too many'],
    ['twice for one outage, much later', [out(s(120)), out(s(900))], 'too many'],
    ['once for each of two outages', [out(s(120)), out(s(121), 2)], null],
  ])('that comes out %s', (_how, seen, fault) => {
    expect(faultOf(ALARM, seen)).toBe(fault);
  });

  test.each<readonly [string, readonly Observation[], string | null]>([
    ['names the last gasp before it', [out(s(50)), ended(s(120), 7)], null],
    ['names another', [out(s(50)), ended(s(120), 6)], 'wrong pair'],
    ['names none', [out(s(50)), ended(s(120))], 'wrong pair'],
    ['comes out first', [ended(s(120), 7), out(s(121))], 'wrong pair'],
  ])('that %s', (_how, seen, fault) => {
    expect(faultOf(BACK_ALARM, seen)).toBe(fault);
  });
});

describe('what no meter may say', () => {
  const beats = [1, 2, 3, 4].map((number) => heartbeat(0, s(30 + 60 * number), number));

  test.each<readonly [string, readonly Observation[], string | null]>([
    ['is silent, and each meter was heard', beats, null],
    ['comes in the window', [...beats, gasp(s(150))], 'seen'],
    ['comes on its last instant', [...beats, back(s(200))], 'seen'],
    ['comes after the window', [...beats, back(s(200) + 1)], null],
    ['is silent like everything else', [], 'no control'],
    ['has no control inside', beats.slice(3), 'no control'],
    ['has no control after', beats.slice(0, 2), 'no control'],
    [
      'has a control that came too late',
      [...beats.slice(0, 2), heartbeat(0, s(261), 3)],
      'no control',
    ],
    [
      'may have been lost with a control',
      [...beats.slice(0, 2), heartbeat(0, s(210), 4)],
      'no control',
    ],
  ])('%s', (_how, seen, fault) => {
    expect(faultOf(NEVER, seen)).toBe(fault);
  });

  test('is judged meter by meter: another’s control is none', () => {
    const { fulfilled, faults } = tallied(NEVER, beats, { meters: 2 });
    expect({ fulfilled, faults }).toEqual({ fulfilled: 1, faults: { 'no control': 1 } });
  });
});

describe('a snapshot', () => {
  const asked = expectation('snapshot', { snapshot: 'after', holds: 'headEnd.state == "placed"' });

  test('must hold for the row of each meter, in however many pieces', () => {
    const result = tallied(
      asked,
      [
        snapshot('after', s(1), new Map([[0, 'placed']])),
        snapshot('after', s(1), new Map([[1, 'unknown']])),
        snapshot('before', s(0), new Map([[2, 'placed']])),
      ],
      { meters: 3 },
    );
    expect(result).toMatchObject({
      fulfilled: 1,
      faults: { 'does not hold': 1, 'no row': 1 },
      violators: [
        { meter: serialOf(1), why: 'headEnd.state = "unknown"' },
        { meter: serialOf(2), fault: 'no row' },
      ],
    });
  });

  test('of a row that lacks the field is not evaluable', () => {
    const other = expectation('snapshot', { snapshot: 'after', holds: 'read.outcome == "read"' });
    const seen = [snapshot('after', s(1), new Map([[0, 'placed']]))];
    expect(faultOf(other, seen)).toBe('not evaluable');
  });
});

test.each<readonly [boolean, readonly Observation[], string | null]>([
  [true, [answer(0, 1, true)], null],
  [true, [answer(0, 1, false)], 'refused'],
  [false, [answer(0, 1, false)], null],
  [false, [answer(0, 1, true)], 'accepted'],
  [true, [answer(0, 1, true), answer(0, 2, false)], 'refused'],
  [true, [], 'no answer'],
])('answers that must be accepted (%s): %#', (accepted, seen, fault) => {
  expect(faultOf(expectation('answer', { step: 'ask', accepted }), seen)).toBe(fault);
});

test('an answer to another step is none', () => {
  const asked = expectation('answer', { step: 'ask', accepted: true });
  const { faults } = tallied(asked, [answer(0, 1, true)], { step: 'before' });
  expect(faults).toEqual({ 'no answer': 1 });
});

describe('a threshold', () => {
  type Threshold = Extract<PlannedExpectation, { kind: 'threshold' }>['threshold'];
  const ask = (
    metric: Threshold['metric'],
    statistic: Threshold['statistic'],
    kind: Threshold['alarm'] = 'last-gasp',
  ) =>
    expectation('threshold', {
      threshold: { metric, alarm: kind, statistic, comparison: '<', bound: 1, text: '' },
      origin: OURS,
    });
  /** Ten meters whose alarms come out 1 ms, 2 ms, ... after they said it. */
  const storm = Array.from({ length: 10 }, (_, index) => [
    said(index, s(110), 'last-gasp', { outageNumber: 1 }),
    alarm(index, s(110) + ms(index + 1), 'last-gasp', { outage: 1, alarmId: index }),
  ]).flat();

  test.each<readonly [Threshold['statistic'], number]>([
    ['min', ms(1)],
    ['med', ms(5)],
    ['avg', ms(5.5)],
    [{ percentile: 90 }, ms(9)],
    [{ percentile: 91 }, ms(10)],
    ['max', ms(10)],
    ['count', 10],
  ])('of the latency of alarms by %o is exact', (statistic, value) => {
    const result = tallied(ask('alarm_latency', statistic), storm, { meters: 10 });
    expect(result.statistic).toBe(value);
    expect(result.fulfilled).toBe(10);
    expect(result.latency).toMatchObject({ p50Ns: ms(5), p99Ns: ms(10), maximumNs: ms(10) });
  });

  test('counts outage to alarm from the step that is the cause', () => {
    const { statistic } = tallied(ask('outage_to_alarm', 'max'), storm, { meters: 10 });
    expect(statistic).toBe(s(10) + ms(10));
  });

  test.each<readonly [Threshold['metric'], readonly Observation[], number | null, object]>([
    ['lost', storm, 0, {}],
    ['lost', storm.toSpliced(1, 1), 1, { lost: 1 }],
    ['lost', storm.toSpliced(0, 2), 0, { 'not said': 1 }],
    ['lost', storm.toSpliced(0, 1), 0, { 'not said': 1 }],
    ['lost', [], null, { 'not said': 10 }],
    ['duplicates', storm, 0, {}],
    ['duplicates', [...storm, storm[1] ?? gasp(0)], 1, { duplicate: 1 }],
    ['duplicates', storm.toSpliced(1, 1), 0, { 'no alarm': 1 }],
    ['duplicates', [...storm, storm[0] ?? gasp(0)], 0, {}],
  ])('of %s: %#', (metric, seen, value, faults) => {
    const result = tallied(ask(metric, 'count'), seen, { meters: 10 });
    expect({ value: result.statistic, faults: result.faults }).toEqual({ value, faults });
  });

  test.each([
    ['after its last gasp', s(119), 0, {}],
    ['before it', s(121), 1, { 'out of order': 1 }],
    ['and it never', null, 1, { 'out of order': 1 }],
  ])('of the order: a restoration that comes out %s', (_when, gaspNs, value, faults) => {
    const seen = [
      back(s(118)),
      alarm(0, s(120), 'restoration', { outage: 1, alarmId: 2 }),
      ...(gaspNs === null ? [] : [alarm(0, gaspNs, 'last-gasp', { outage: 1, alarmId: 1 })]),
    ];
    const result = tallied(ask('out_of_order', 'count', 'restoration'), seen);
    expect({ value: result.statistic, faults: result.faults }).toEqual({ value, faults });
  });
});

describe('the result', () => {
  const seen = Array.from({ length: 300 }, (_, index) =>
    said(index, s(106) + ms(index), 'last-gasp', { outageNumber: 1 }),
  );

  test('tells the first hundred violators and counts the rest', () => {
    const result = tallied(GASP, seen, { meters: 500 });
    expect(result).toMatchObject({ meters: 500, fulfilled: 300, faults: { missing: 200 } });
    expect(result.violators).toHaveLength(100);
    expect(result.violators[0]).toMatchObject({ meter: serialOf(300), fault: 'missing' });
  });

  test('tells decided faults before open ones', () => {
    const { violators } = tallied(NEVER, [said(499, s(150), 'last-gasp')], { meters: 500 });
    expect(violators[0]).toMatchObject({ meter: serialOf(499), fault: 'seen' });
    expect(violators[1]).toMatchObject({ meter: serialOf(0), fault: 'no control' });
    expect(violators).toHaveLength(100);
  });

  test('holds a histogram of three digits whose counts add up', () => {
    const { latency } = tallied(GASP, seen, { meters: 300 });
    const histogram = latency?.histogram ?? [];
    expect(histogram.reduce((sum, [, count]) => sum + count, 0)).toBe(300);
    expect(histogram.at(-1)?.[0]).toBe(latency?.maximumNs);
    for (const [value] of histogram) expect(value).toBeGreaterThanOrEqual(s(6));
  });

  test('has another hash when one observation is another', () => {
    const other = [...seen.slice(1), said(0, s(106) + 1, 'last-gasp', { outageNumber: 1 })];
    const hash = tallied(GASP, seen, { meters: 300 }).hash;
    expect(tallied(GASP, other, { meters: 300 }).hash).not.toBe(hash);
    expect(tallied(GASP, seen.toReversed(), { meters: 300 }).hash).toBe(hash);
  });

  test('of a window whose step was never reached fulfils for nobody', () => {
    const { fulfilled } = tallied(GASP, [gasp(s(120))], { cutNs: null });
    expect(fulfilled).toBe(0);
  });
});

test.each([
  expectation('measure', {
    measurement: 'inFlight',
    limits: {
      minimum: null,
      maximum: 1,
      unit: 'count',
      origin: OURS,
      rule: 'simple acceptance',
      resolution: null,
    },
  }),
  expectation('events', { log: 'log', codes: [1], stampsDifferBy: null }),
  expectation('never', {
    since: SINCE,
    forNs: 1,
    control: { message: 'heartbeat', withinNs: 1 },
    forbidden: [{ event: 3, log: 'log' }],
  }),
])('$kind is not tallied', (asked) => {
  expect(createTally(plannedCase('a#b', { meters: 1, expect: [asked] }), asked)).toBeNull();
});

test('on a rig nothing is tallied', () => {
  expect(createTally(plannedCase('a#b', { expect: [GASP] }), GASP)).toBeNull();
});
