import type { TallyResult } from '../../harness/journal/tally-result.ts';
import type { Plan, PlannedExpectation } from '../../harness/plan/plan.ts';
import type { FleetHealth, SnapshotRow } from '../../rigs/port/fleet.ts';
import type { Observation } from '../../rigs/port/observation.ts';
import { alarm, health, serialOf } from '../harness/tally/observations.ts';
import { expectation, ms, s, Story } from '../harness/verdict/story.ts';

export const CUT_AT = s(100);

/** A last gasp northbound of each meter, 5 s to 30 s after the cut. */
export const GASP = expectation('alarm', {
  alarm: 'last-gasp',
  since: { step: 'cut', edge: 'start' },
  notBeforeNs: s(5),
  withinNs: s(30),
  count: 1,
  pairsWith: null,
  origin: { kind: 'default', name: 'ours' },
});

const STEPS = [
  ['step-1', { do: 'close-mains' }],
  ['look', { do: 'take-snapshot', as: 'placed' }],
  ['cut', { do: 'open-mains' }],
] as const;

interface Telling {
  readonly asked?: PlannedExpectation;
  readonly time?: Plan['time'];
  readonly key?: string;
  /** What was told before. */
  readonly after?: Story;
}

/** A fleet that is cut off at 100 s; meters of which alarms are told come after it. */
export function cutFleet(
  meters: number,
  { asked = GASP, time = 'simulated', key = 'storm#one', after = new Story() }: Telling = {},
): Story {
  return after
    .at(0)
    .case(key, { expect: [asked], steps: STEPS, meters, time })
    .begin('step-1')
    .done('step-1')
    .at(CUT_AT)
    .begin('cut')
    .done('cut');
}

/** Alarms of the meters in their order: for each, how long after the cut they came. */
export function alarmsAfter(delaysS: readonly (readonly number[])[]): readonly Observation[] {
  return delaysS.flatMap((own, index) =>
    own.map((delayS, place) =>
      alarm(index, CUT_AT + s(delayS), 'last-gasp', { outage: 1, alarmId: index * 10 + place }),
    ),
  );
}

/** What a run tallied of 5,000 meters: 4,990 in time, 6 never, 4 late. */
export const TALLIED: TallyResult = {
  meters: 5_000,
  fulfilled: 4_990,
  faults: { missing: 6, late: 4 },
  violators: [{ meter: serialOf(7), fault: 'missing', why: 'none came' }],
  latency: {
    samples: 4_994,
    minimumNs: s(6),
    p50Ns: s(8),
    p95Ns: s(12),
    p99Ns: s(14),
    maximumNs: s(40),
    histogram: [
      [s(6), 994],
      [s(8), 2_000],
      [s(12), 1_996],
      [s(40), 4],
    ],
  },
  statistic: null,
  hash: '',
};

/** A snapshot of these rows; instants in seconds of bench time. */
export function snapshotOf(
  name: string,
  rows: readonly Readonly<Record<string, Readonly<Record<string, number>>>>[],
): Observation {
  const told = rows.map((sources, index): SnapshotRow => ({
    meter: serialOf(index),
    fields: Object.fromEntries(
      Object.entries(sources).map(([source, instants]) => [
        source,
        Object.fromEntries(Object.entries(instants).map(([field, at]) => [field, s(at)])),
      ]),
    ),
  }));
  const place = { instrument: 'fleet and head-end', position: 'fleet', meter: 'fleet' };
  return { kind: 'snapshot', name, rows: told, at: { clock: 'bench', ns: 0 }, ...place };
}

/** Seconds of load from the first one on: offered, achieved, received, and the lag. */
export function loadOf(
  seconds: readonly (readonly [atS: number, offered: number, achieved: number, lagMs: number])[],
  more: Partial<FleetHealth> = {},
): Observation {
  const series = seconds.map(([atS, offered, achieved, lagMs]) => ({
    atNs: s(atS),
    offered,
    achieved,
    received: Math.max(0, achieved - 1),
    lagP99Ns: ms(lagMs),
  }));
  const sum = (of: (one: (typeof series)[number]) => number): number =>
    series.reduce((total, one) => total + of(one), 0);
  return health(s(200), {
    offered: sum((one) => one.offered),
    achieved: sum((one) => one.achieved),
    received: sum((one) => one.received),
    generatorLagP99Ns: ms(40),
    observerLagP99Ns: ms(60),
    series,
    ...more,
  });
}

/** A large fleet in wall time with everything that is drawn of one. */
export function wholeFleet(telling: Telling = {}, seconds = 120): Story {
  const load = Array.from(
    { length: seconds },
    (_, at) => [at, 1_000 + (at % 7), 999 + (at % 5), 20] as const,
  );
  return cutFleet(5_000, { time: 'wall', ...telling })
    .ofFleet(
      snapshotOf('placed', [
        { meter: { firstAutoConfigurationAt: 3 }, headEnd: { registeredAt: 20 } },
        { meter: { firstAutoConfigurationAt: 5 }, headEnd: { registeredAt: 24 } },
      ]),
    )
    .at(s(200))
    .ofFleet(loadOf(load))
    .tally('alarm', TALLIED)
    .close();
}
