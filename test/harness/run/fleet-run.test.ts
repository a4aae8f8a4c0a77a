import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../harness/journal/entry.ts';
import { journalTime } from '../../../harness/journal/journal-time.ts';
import type { Plan, PlannedExpectation } from '../../../harness/plan/plan.ts';
import { run } from '../../../harness/run/run.ts';
import { judge } from '../../../harness/verdict/judge.ts';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';
import type { Action } from '../../../rigs/port/action.ts';
import type { Bench, PerformContext } from '../../../rigs/port/bench.ts';
import type { Clock } from '../../../rigs/port/clock.ts';
import type { Observation } from '../../../rigs/port/observation.ts';
import { alarm, answer, health, heartbeat, said, snapshot } from '../tally/observations.ts';
import { expectation, HEARTBEAT, ms, plannedCase, s, storyPlan } from '../verdict/story.ts';

const METERS = 20;
const SINCE = { step: 'cut', edge: 'start' } as const;
const OURS = { kind: 'default', name: 'ours' } as const;
const WINDOW = { since: SINCE, notBeforeNs: 0, withinNs: s(30), count: 1, origin: OURS } as const;
const LATENCY = {
  metric: 'alarm_latency',
  alarm: 'last-gasp',
  statistic: { percentile: 95 },
  comparison: '<',
  bound: s(5),
  text: 'p(95)<5s',
} as const;
const LOST = {
  metric: 'lost',
  alarm: 'last-gasp',
  statistic: 'count',
  comparison: '==',
  bound: 0,
  text: 'count==0',
} as const;

const EXPECT: readonly PlannedExpectation[] = [
  expectation('message', { ...WINDOW, message: 'last-gasp', pairsWith: null, value: null }),
  expectation('alarm', { ...WINDOW, alarm: 'last-gasp', pairsWith: null }),
  expectation('never', {
    since: SINCE,
    forNs: s(120),
    control: HEARTBEAT,
    forbidden: [{ message: 'clock-deviation' }],
  }),
  expectation('snapshot', { snapshot: 'after', holds: 'headEnd.state == "placed"' }),
  expectation('answer', { step: 'shorten', accepted: true }),
  { ...expectation('threshold', { threshold: LATENCY, origin: OURS }), id: 'latency' },
  { ...expectation('threshold', { threshold: LOST, origin: OURS }), id: 'lost' },
].map((one, index) => ({ ...one, decides: [`REQ-${index + 1}`] }));

const STEPS = [
  ['settle', { do: 'wait', forNs: s(100) }],
  ['cut', { do: 'open-mains' }],
  ['shorten', { do: 'configure-intervals', intervalNs: s(300) }],
  ['look', { do: 'take-snapshot', as: 'after' }],
] as const;

/** What goes wrong in the story, by meter. */
interface Slips {
  readonly silent?: number;
  readonly lost?: number;
  readonly loud?: number;
  readonly refusing?: number;
  readonly unplaced?: number;
}

/** A fleet by its script: it says and answers what a fleet would, at instants of its own clock. */
class ScriptedFleet implements Bench {
  readonly clock: SimulatedClock;
  readonly abilities = storyPlan().abilities;
  readonly performed: (readonly [Action['do'], PerformContext['of']])[] = [];
  readonly #slips: Slips;
  #listener: (observation: Observation) => void = () => {};

  constructor(slips: Slips, clock = new SimulatedClock(0)) {
    this.clock = clock;
    this.#slips = slips;
    for (let number = 1; number <= 6; number++) {
      for (let index = 0; index < METERS; index++) {
        this.#at(s(60 * number) + index, (atNs) => heartbeat(index, atNs, number));
      }
    }
  }

  listen(listener: (observation: Observation) => void): void {
    this.#listener = listener;
  }

  async perform(action: Action, context: PerformContext): Promise<void> {
    this.performed.push([action.do, context.of]);
    const nowNs = this.clock.nowNs();
    for (let index = 0; index < METERS; index++) {
      if (action.do === 'open-mains') this.#cut(index, nowNs);
      if (action.do === 'configure-intervals') {
        context.observe(answer(index, nowNs, index !== this.#slips.refusing));
      }
      if (action.do === 'take-snapshot') {
        const state = index === this.#slips.unplaced ? 'unknown' : 'placed';
        context.observe(snapshot(action.as, nowNs, new Map([[index, state]])));
      }
    }
    if (action.do === 'wait') await this.clock.sleepUntil(nowNs + action.forNs, context.signal);
  }

  close(): Promise<void> {
    this.#listener(health(this.clock.nowNs()));
    return Promise.resolve();
  }

  #cut(index: number, nowNs: number): void {
    const { silent, lost, loud } = this.#slips;
    if (index === silent) return;
    const outage = { outageNumber: 1 };
    this.#at(nowNs + s(10) + ms(index), (atNs) => said(index, atNs, 'last-gasp', outage));
    if (index === loud) this.#at(nowNs + s(20), (atNs) => said(index, atNs, 'clock-deviation'));
    if (index === lost) return;
    this.#at(nowNs + s(12), (atNs) =>
      alarm(index, atNs, 'last-gasp', { outage: 1, alarmId: index }),
    );
  }

  #at(atNs: number, make: (atNs: number) => Observation): void {
    this.clock.callAt(atNs, 0, () => this.#listener(make(atNs)));
  }
}

function planOf(cases: Plan['cases']): Plan {
  const covers = EXPECT.flatMap(({ decides }) => decides);
  const subjects = Object.fromEntries(covers.map((id) => [id, 'pair'] as const));
  return { ...storyPlan(), cases, covers, subjects };
}

const STORM = plannedCase('storm#one', {
  meters: METERS,
  expect: EXPECT,
  steps: STEPS,
  covers: EXPECT.flatMap(({ decides }) => decides),
});

/** Runs a plan with the journal in memory. */
async function journaled(
  plan: Plan,
  benches: readonly ScriptedFleet[],
  journaledMeters?: number,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let clock: Clock = new SimulatedClock(plan.startUtcMs);
  const text = JSON.stringify(plan);
  const left = [...benches];
  await run({
    plan,
    runId: 'test',
    files: [{ name: 'plan.json', sha256: '', text }],
    benchFor: () => Promise.resolve(left.shift() ?? new ScriptedFleet({})),
    onFailure: () => () => undefined,
    signal: new AbortController().signal,
    progress: () => undefined,
    ...(journaledMeters === undefined ? {} : { journaledMeters }),
    journal: {
      append: (body) => {
        const place = { seq: entries.length + 1, clock: 'bench', fence: 0, prev: '' } as const;
        entries.push({ ...body, ...place, ...journalTime(clock) });
      },
      flush: () => undefined,
      keepTime: (next) => {
        clock = next;
      },
    },
  });
  return entries;
}

describe.each<readonly [string, Slips]>([
  ['in which all goes well', {}],
  ['with a silent meter', { silent: 3 }],
  ['with a lost alarm', { lost: 7 }],
  ['with a meter that says what it must not', { loud: 0 }],
  ['with a meter that refuses', { refusing: 19 }],
  ['with a meter that is not placed', { unplaced: 5 }],
])('a storm %s', (_what, slips) => {
  const plan = planOf([STORM]);

  test('comes to the same verdicts with its observations journaled and with tallies only', async () => {
    const kept = judge(await journaled(plan, [new ScriptedFleet(slips)]));
    const tallied = judge(await journaled(plan, [new ScriptedFleet(slips)], METERS - 1));
    const told = (verdicts: typeof kept.verdicts) =>
      verdicts.map(({ evidence: _evidence, ...row }) => row);
    expect(told(tallied.verdicts)).toEqual(told(kept.verdicts));
    expect(tallied.exitCode).toBe(kept.exitCode);
    const bad = kept.verdicts.filter(({ verdict }) => verdict !== 'pass');
    expect(bad.length > 0).toBe(Object.keys(slips).length > 0);
    expect(kept.verdicts).toHaveLength(EXPECT.length);
  });
});

describe('the journal of a large fleet', () => {
  test('holds tallies and health, and nothing of single meters', async () => {
    const entries = await journaled(planOf([STORM]), [new ScriptedFleet({})], METERS - 1);
    const seen = entries.flatMap((entry) =>
      entry.kind === 'observation' ? [entry.observation.kind] : [],
    );
    expect(seen).toEqual(['health']);
    const tallies = entries.flatMap((entry) =>
      entry.kind === 'tally' ? [[entry.expectation, entry.result.fulfilled]] : [],
    );
    expect(tallies).toEqual(EXPECT.map(({ id }) => [id, METERS]));
    expect(entries.findLast(({ kind }) => kind === 'tally')?.seq).toBe(
      (entries.find(({ kind }) => kind === 'case-closed')?.seq ?? 0) - 1,
    );
  });

  test('of as many meters as may be journaled holds every observation', async () => {
    const entries = await journaled(planOf([STORM]), [new ScriptedFleet({})], METERS);
    expect(entries.some(({ kind }) => kind === 'tally')).toBe(false);
    const heartbeats = entries.filter(
      (entry) =>
        entry.kind === 'observation' &&
        entry.observation.kind === 'message' &&
        entry.observation.message.kind === 'heartbeat',
    );
    expect(heartbeats.length).toBeGreaterThanOrEqual(5 * METERS);
  });

  test('loses its passes with its tallies', async () => {
    const entries = await journaled(planOf([STORM]), [new ScriptedFleet({})], METERS - 1);
    const without = judge(entries.filter(({ kind }) => kind !== 'tally')).verdicts;
    expect(without.map(({ verdict }) => verdict)).not.toContain('pass');
  });
});

test('controls of a fleet are waited for to the end, each meter has its own', async () => {
  const fleet = new ScriptedFleet({});
  const entries = await journaled(planOf([STORM]), [fleet]);
  const closed = entries.find(({ kind }) => kind === 'case-closed');
  expect(closed?.atNs).toBe(s(100) + s(120) + HEARTBEAT.withinNs);
});

test('a step tells its performer for which meters it is', async () => {
  const of = { name: 'dark', ranges: [{ first: 0, count: 3, stride: 1 }] };
  const steps = STORM.steps.map((step) => (step.id === 'cut' ? { ...step, of } : step));
  const fleet = new ScriptedFleet({});
  await journaled(planOf([{ ...STORM, steps }]), [fleet]);
  expect(fleet.performed.slice(0, 2)).toEqual([
    ['wait', null],
    ['open-mains', of],
  ]);
});

test('each case’s lines carry the time of its own bench', async () => {
  const late = new SimulatedClock(Date.UTC(2026, 5, 1));
  await late.sleepUntil(s(5_000));
  const plan = planOf([
    { ...STORM, expectations: [], steps: [] },
    { ...STORM, key: 'storm#two', name: 'two', expectations: [], steps: [] },
  ]);
  const entries = await journaled(plan, [new ScriptedFleet({}), new ScriptedFleet({}, late)]);
  const opened = entries.filter(({ kind }) => kind === 'case-opened');
  expect(opened.map(({ atNs, wall }) => [atNs, wall])).toEqual([
    [0, '1970-01-01T00:00:00.000Z'],
    [s(5_000), '2026-06-01T01:23:20.000Z'],
  ]);
});
