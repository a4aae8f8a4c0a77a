import type { Entry } from '../../../harness/journal/entry.ts';
import type { Plan, PlannedExpectation } from '../../../harness/plan/plan.ts';
import { judge } from '../../../harness/verdict/judge.ts';
import type { Verdict } from '../../../harness/verdict/verdict.ts';
import type { Observation } from '../../../rigs/port/observation.ts';
import { alarm, answer, heartbeat, said, serialOf, snapshot } from '../tally/observations.ts';
import { expectation, HEARTBEAT, ms, s, Story, within } from './story.ts';

export const METERS = 4;
const SINCE = { step: 'cut', edge: 'start' } as const;
const OURS = { kind: 'default', name: 'ours' } as const;
export const STEPS = [
  ['cut', { do: 'open-mains' }],
  ['back', { do: 'close-mains' }],
  ['shorten', { do: 'configure-intervals', intervalNs: s(300) }],
  ['look', { do: 'take-snapshot', as: 'after' }],
  ['poll', { do: 'wait', forNs: 0 }],
] as const;
const WINDOW = {
  since: SINCE,
  notBeforeNs: s(5),
  withinNs: s(30),
  count: 1,
  origin: OURS,
} as const;

function threshold(
  metric: 'alarm_latency' | 'outage_to_alarm' | 'lost' | 'duplicates' | 'out_of_order',
) {
  const isTime = metric === 'alarm_latency' || metric === 'outage_to_alarm';
  const kind = metric === 'out_of_order' ? ('restoration' as const) : ('last-gasp' as const);
  return expectation('threshold', {
    threshold: isTime
      ? {
          metric,
          alarm: kind,
          statistic: { percentile: 95 },
          comparison: '<',
          bound: s(20),
          text: 'p(95)<20s',
        }
      : { metric, alarm: kind, statistic: 'count', comparison: '==', bound: 0, text: 'count==0' },
    origin: OURS,
  });
}

/** One expectation of every kind that a fleet is asked; all of them hold in the storm below. */
export const EXPECTATIONS: Readonly<Record<string, PlannedExpectation>> = {
  message: expectation('message', {
    ...WINDOW,
    message: 'last-gasp',
    pairsWith: null,
    value: null,
  }),
  'message with its pair': expectation('message', {
    ...WINDOW,
    since: { step: 'back', edge: 'end' },
    message: 'restoration',
    pairsWith: 'last-gasp',
    value: null,
  }),
  alarm: expectation('alarm', { ...WINDOW, alarm: 'last-gasp', pairsWith: null }),
  'alarm with its pair': expectation('alarm', {
    ...WINDOW,
    since: { step: 'back', edge: 'end' },
    alarm: 'restoration',
    pairsWith: 'last-gasp',
  }),
  never: expectation('never', {
    since: SINCE,
    forNs: s(200),
    control: HEARTBEAT,
    forbidden: [{ message: 'clock-deviation' }],
  }),
  snapshot: expectation('snapshot', { snapshot: 'after', holds: 'headEnd.state == "placed"' }),
  answer: expectation('answer', { step: 'shorten', accepted: true }),
  measure: expectation('measure', {
    measurement: 'inFlight',
    limits: within(100, { unit: 'count' }),
  }),
  'alarm latency': threshold('alarm_latency'),
  'outage to alarm': threshold('outage_to_alarm'),
  lost: threshold('lost'),
  duplicates: threshold('duplicates'),
  order: threshold('out_of_order'),
};

interface Telling {
  readonly plan?: Partial<Plan>;
  readonly time?: Plan['time'];
  readonly meters?: number;
  /** Told at the end of the case. */
  readonly more?: (story: Story) => Story;
}

/** A storm of four meters: cut at 100 s, back at 200 s. */
export function storm(
  asks: PlannedExpectation,
  { plan = {}, time = 'simulated', meters = METERS, more = (story) => story }: Telling = {},
): readonly Entry[] {
  const indexes = [...Array.from({ length: METERS }).keys()];
  const each = (tell: (index: number) => Observation) => indexes.map(tell);
  const story = new Story(plan)
    .case('storm#one', { expect: [asks], steps: STEPS, meters, time })
    .at(s(60))
    .ofFleet(...each((index) => heartbeat(index, s(60), 1)))
    .at(s(100))
    .begin('cut')
    .done('cut')
    .at(s(110))
    .ofFleet(...each((index) => said(index, s(110) + ms(index), 'last-gasp', { outageNumber: 1 })))
    .at(s(115))
    .ofFleet(...each((index) => alarm(index, s(115), 'last-gasp', { outage: 1, alarmId: index })))
    .at(s(200))
    .begin('back')
    .done('back')
    .at(s(210))
    .ofFleet(...each((index) => said(index, s(210), 'restoration', { outageNumber: 1 })))
    .ofFleet(
      ...each((index) =>
        alarm(index, s(212), 'restoration', { outage: 1, alarmId: 100 + index, pairsWith: index }),
      ),
    )
    .at(s(260))
    .ofFleet(...each((index) => heartbeat(index, s(260), 2)))
    .at(s(320))
    .ofFleet(...each((index) => heartbeat(index, s(320), 3)))
    .begin('shorten')
    .ofFleet(...each((index) => answer(index, s(320), true)))
    .done('shorten')
    .begin('look')
    .ofFleet(
      snapshot('after', s(320), new Map(indexes.slice(0, 2).map((index) => [index, 'placed']))),
    )
    .ofFleet(snapshot('after', s(320), new Map(indexes.slice(2).map((index) => [index, 'placed']))))
    .done('look')
    .ofFleet(inFlight(60));
  return more(story).close().end().entries();
}

function inFlight(value: number) {
  const reading = { kind: 'reading', name: 'inFlight', value, unit: 'count' } as const;
  const exact = { expandedUncertainty: 0, coverageFactor: 2, budget: [], resolution: 1 };
  const place = { instrument: 'module-link', position: 'fleet', meter: 'fleet' };
  const at = { clock: 'bench', ns: s(320) } as const;
  return { ...reading, ...exact, ...place, at, ticks: null, raw: {} };
}

/** The story without what one meter did of one kind. */
export function without(entries: readonly Entry[], kind: string, index: number): readonly Entry[] {
  return entries.filter(
    (entry) =>
      entry.kind !== 'observation' ||
      entry.observation.meter !== serialOf(index) ||
      (entry.observation.kind === 'message'
        ? entry.observation.message.kind
        : entry.observation.kind) !== kind,
  );
}

/** The first verdict of a journal. */
export function rowOf(entries: readonly Entry[]): Verdict | undefined {
  return judge(entries).verdicts[0];
}

/** The expectation of this name. */
export function asked(name: string): PlannedExpectation {
  const found = EXPECTATIONS[name];
  if (found === undefined) throw new Error(`nothing is asked by ${name}`);
  return found;
}
