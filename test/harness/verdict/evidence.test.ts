import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../harness/journal/entry.ts';
import type { PlannedExpectation } from '../../../harness/plan/plan.ts';
import { judge } from '../../../harness/verdict/judge.ts';
import { expectation, HEARTBEAT, ms, s, Story, within } from './story.ts';

const STEPS = [
  ['before', { do: 'measure-clock', as: 'before' }],
  ['sync', { do: 'wait', forNs: 0 }],
  ['log', { do: 'read-event-log', as: 'log' }],
  ['earlier', { do: 'read-load-profile', as: 'earlier' }],
  ['profile', { do: 'read-load-profile', as: 'profile' }],
  ['residual', { do: 'measure-clock', as: 'residual' }],
] as const;
const SINCE = { step: 'sync', edge: 'end' } as const;
const WATCH = { since: SINCE, forNs: s(300), control: HEARTBEAT };
const MESSAGE = { since: SINCE, notBeforeNs: 0, withinNs: s(200), count: 1, value: null };
const OURS = { kind: 'default', name: 'ours' } as const;

/** One expectation of every kind; all of them hold in the story below. */
const EXPECTATIONS: Readonly<Record<string, PlannedExpectation>> = {
  measure: expectation('measure', { measurement: 'residual', limits: within(s(1)) }),
  'measure by when': expectation('measure', {
    measurement: 'residual',
    limits: within(s(1)),
    when: 'measured.before > 0.0',
  }),
  recorded: expectation('recorded', { measurement: 'residual', raw: { pulses: 3 } }),
  message: expectation('message', {
    ...MESSAGE,
    message: 'last-gasp',
    pairsWith: null,
    origin: OURS,
  }),
  'message with its value': expectation('message', {
    ...MESSAGE,
    message: 'clock-deviation',
    pairsWith: null,
    origin: OURS,
    value: { field: 'deviationNs', is: 'measured.before', tolerance: ms(1) },
  }),
  'message with its pair': expectation('message', {
    ...MESSAGE,
    message: 'restoration',
    pairsWith: 'last-gasp',
    origin: OURS,
  }),
  never: expectation('never', { ...WATCH, forbidden: [{ message: 'configuration-refused' }] }),
  'never, in a log': expectation('never', { ...WATCH, forbidden: [{ event: 9, log: 'log' }] }),
  unchanged: expectation('unchanged', {
    ...WATCH,
    before: 'before',
    after: 'residual',
    tolerance: s(1),
  }),
  events: expectation('events', {
    log: 'log',
    codes: [3, 4],
    stampsDifferBy: { is: 'measured.before', tolerance: s(1) },
  }),
  intervals: expectation('intervals', {
    profile: 'profile',
    contiguous: true,
    sumSince: 'earlier',
    sumTolerance: 1,
    flags: ['partial'],
  }),
  answer: expectation('answer', { step: 'sync', accepted: true }),
};

function tell(asked: PlannedExpectation): readonly Entry[] {
  const interval = { energyMilliWattHours: 10, flags: ['partial'] };
  return new Story()
    .case('all#one', { expect: [asked], steps: STEPS })
    .reading('before', s(0.5))
    .profile('earlier', [{ ...interval, endMs: 0 }], 100)
    .at(s(60))
    .message('heartbeat', { sequenceNumber: 1 })
    .at(s(100))
    .begin('sync')
    .answer(true)
    .done('sync')
    .at(s(120))
    .message('heartbeat', { sequenceNumber: 2 })
    .message('last-gasp', { outageNumber: 1 })
    .message('clock-deviation', { deviationNs: s(0.5) })
    .at(s(180))
    .message('restoration', { outageNumber: 1 })
    .message('heartbeat', { sequenceNumber: 3 })
    .at(s(410))
    .message('heartbeat', { sequenceNumber: 4 })
    .at(s(420))
    .message('heartbeat', { sequenceNumber: 5 })
    .profile('profile', [{ ...interval, endMs: 300_000 }], 110)
    .log('log', [
      { number: 1, code: 3, stampMs: 1000 },
      { number: 2, code: 4, stampMs: 2000 },
    ])
    .reading('residual', ms(400), { raw: { pulses: 3 } })
    .close()
    .end()
    .entries();
}

describe.each(Object.entries(EXPECTATIONS))('a pass by %s', (_name, asked) => {
  const entries = tell(asked);
  const [row] = judge(entries).verdicts;

  test('rests on lines of the journal, an observation among them', () => {
    expect(row).toMatchObject({ verdict: 'pass' });
    const cited = entries.filter(({ seq }) => row?.evidence.includes(seq));
    expect(cited).toHaveLength(row?.evidence.length ?? -1);
    expect(cited.map(({ kind }) => kind)).toContain('observation');
  });

  test('does not survive the deletion of any line that it cites', () => {
    for (const seq of row?.evidence ?? []) {
      const left = entries.filter((entry) => entry.seq !== seq);
      const [found] = judge(left).verdicts;
      expect({ without: seq, verdict: found?.verdict }).not.toEqual({
        without: seq,
        verdict: 'pass',
      });
    }
  });

  test('is the same however often it is judged', () => {
    expect(judge(entries)).toEqual(judge(structuredClone(entries)));
  });
});
