import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlannedExpectation } from '../../../harness/plan/plan.ts';
import { createTally } from '../../../harness/tally/create-tally.ts';
import type { Heard, Tally } from '../../../harness/tally/tally.ts';
import type { Observation } from '../../../rigs/port/observation.ts';
import { expectation, plannedCase } from '../verdict/story.ts';
import { alarm, answer, heartbeat, northboundHeard, said, snapshot } from './observations.ts';

const METERS = 5;
const SINCE = { step: 'cut', edge: 'start' } as const;
const OURS = { kind: 'default', name: 'ours' } as const;
const WINDOW = { since: SINCE, notBeforeNs: 2, withinNs: 9, count: 1, origin: OURS } as const;
const EVERY_OTHER = { name: 'odd', ranges: [{ first: 1, count: 2, stride: 2 }] };

/** Every kind that is tallied; small numbers make chance meet the edges. */
const ASKED: readonly PlannedExpectation[] = [
  expectation('message', { ...WINDOW, message: 'last-gasp', pairsWith: null, value: null }),
  expectation('message', {
    ...WINDOW,
    message: 'restoration',
    pairsWith: 'last-gasp',
    value: null,
    eachOf: EVERY_OTHER,
  }),
  expectation('alarm', { ...WINDOW, alarm: 'restoration', pairsWith: 'last-gasp' }),
  expectation('never', {
    since: SINCE,
    forNs: 6,
    control: { message: 'heartbeat', withinNs: 4 },
    forbidden: [{ message: 'restoration' }],
  }),
  expectation('snapshot', { snapshot: 'after', holds: 'headEnd.state == "placed"' }),
  expectation('answer', { step: 'cut', accepted: true, eachOf: EVERY_OTHER }),
  ...(['alarm_latency', 'outage_to_alarm', 'lost', 'duplicates', 'out_of_order'] as const).map(
    (metric) =>
      expectation('threshold', {
        threshold: {
          metric,
          alarm: metric === 'out_of_order' ? 'restoration' : 'last-gasp',
          statistic: metric === 'outage_to_alarm' ? 'avg' : { percentile: 60 },
          comparison: '<',
          bound: 1,
          text: '',
        },
        origin: OURS,
      }),
  ),
];

const index = fc.nat(METERS - 1);
const atNs = fc.integer({ min: 95, max: 115 });
const outage = fc.integer({ min: 1, max: 2 });
const outageKind = fc.constantFrom('last-gasp', 'restoration');
const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc
    .tuple(index, atNs, outageKind, outage)
    .map(([meter, at, kind, outageNumber]) => said(meter, at, kind, { outageNumber })),
  atNs.map((at) => northboundHeard(at)),
  fc.tuple(index, atNs, fc.nat(9)).map(([meter, at, number]) => heartbeat(meter, at, number)),
  fc
    .tuple(index, atNs, outageKind, outage, fc.nat(3), fc.nat(3))
    .map(([meter, at, kind, number, alarmId, pairsWith]) =>
      alarm(meter, at, kind, { outage: number, alarmId, pairsWith }),
    ),
  fc
    .tuple(index, fc.constantFrom('placed', 'unknown', 'failed'))
    .map(([meter, state]) => snapshot('after', 100, new Map([[meter, state]]))),
  fc.tuple(index, fc.boolean()).map(([meter, accepted]) => answer(meter, 100, accepted)),
);

/** Observations with the part that each is fed to and its place in the order of feeding. */
const stream = fc.record({
  seen: fc.array(fc.tuple(observation, fc.nat(2), fc.nat()), { maxLength: 40 }),
  /** When each part hears of the step: before so many observations; beyond them at its end. */
  markedBefore: fc.tuple(fc.nat(40), fc.nat(40), fc.nat(40)),
  /** Parts that never hear of it, but for the first. */
  unmarked: fc.tuple(fc.constant(false), fc.boolean(), fc.boolean()),
});

function fresh(asked: PlannedExpectation): Tally {
  const steps = [['cut', { do: 'open-mains' }]] as const;
  const tally = createTally(plannedCase('a#b', { meters: METERS, expect: [asked], steps }), asked);
  if (tally === null) throw new Error(`${asked.kind} is not tallied`);
  return tally;
}

function fed(tally: Tally, heard: readonly Heard[], markedBefore: number | null): Tally {
  for (const [place, one] of heard.entries()) {
    if (place === markedBefore) tally.mark(SINCE, 100);
    tally.feed(one);
  }
  if (markedBefore !== null) tally.mark(SINCE, 100);
  return tally;
}

test.each(ASKED.map((asked) => [asked.kind, asked] as const))(
  'a tally of kind %s is the same in any order and in any parts',
  (_kind, asked) => {
    fc.assert(
      fc.property(stream, ({ seen, markedBefore, unmarked }) => {
        const heard = seen.map(([one, part, order], place) => ({
          part,
          order,
          heard: { seq: place + 1, atNs: one.at.ns, step: 'cut', observation: one },
        }));
        const whole = fed(
          fresh(asked),
          heard.map((one) => one.heard),
          0,
        );
        const parts = [2, 0, 1].map((part) => {
          const own = heard
            .filter((one) => one.part === part)
            .toSorted((a, b) => a.order - b.order);
          const before = unmarked[part] === true ? null : (markedBefore[part] ?? 0);
          return fed(
            fresh(asked),
            own.map((one) => one.heard),
            before,
          );
        });
        const merged = fresh(asked);
        for (const part of parts) merged.merge(part);
        expect(merged.result()).toEqual(whole.result());
        expect(merged.cited()).toEqual(whole.cited());
      }),
      { seed: 20_260_105, numRuns: 300 },
    );
  },
);

test('control: a part that is left out shows in the hash', () => {
  const [asked] = ASKED;
  if (asked === undefined) throw new Error('nothing is asked');
  const heard = [1, 2].map((seq) => ({
    seq,
    atNs: 105,
    step: null,
    observation: said(seq, 105, 'last-gasp', { outageNumber: 1 }),
  }));
  const whole = fed(fresh(asked), heard, 0).result();
  const part = fed(fresh(asked), heard.slice(1), 0).result();
  expect(part.hash).not.toBe(whole.hash);
  expect([whole.fulfilled, part.fulfilled]).toEqual([2, 1]);
});

test('tallies of two kinds are not merged', () => {
  const [message, , , never] = ASKED;
  if (message === undefined || never === undefined) throw new Error('nothing is asked');
  expect(() => fresh(message).merge(fresh(never))).toThrow(TypeError);
});
