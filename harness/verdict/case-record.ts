import type { Observation } from '../../rigs/port/observation.ts';
import type { Entry } from '../journal/entry.ts';
import type { TallyResult } from '../journal/tally-result.ts';
import type { Plan, PlannedCase, PlannedStep } from '../plan/plan.ts';
import { abilitiesFor } from './positions.ts';

/** A line of the journal as evidence: its number and its bench time. */
export interface Mark {
  readonly seq: number;
  readonly atNs: number;
}

type ClosedEntry = Extract<Entry, { readonly kind: 'step-closed' }>;

/** What became of a planned step. */
export interface StepRecord {
  readonly planned: PlannedStep;
  readonly opened: Mark | null;
  readonly closed: (Mark & Pick<ClosedEntry, 'outcome' | 'blame' | 'reason'>) | null;
}

export type ObservationKind = Observation['kind'];

/** An observation with the line that holds it and the bench time at which it was made. */
export interface Seen<K extends ObservationKind = ObservationKind> extends Mark {
  readonly step: string | null;
  readonly observation: Extract<Observation, { readonly kind: K }>;
}

/** Everything that the journal says about one case: all that a judge of an expectation gets. */
export interface CaseRecord {
  readonly planned: PlannedCase;
  /** Serial number of the meter under test; on a fleet what stands for all of them. */
  readonly meter: string;
  readonly opened: Mark | null;
  readonly closed: Mark | null;
  /** In the order of the plan. */
  readonly steps: readonly StepRecord[];
  readonly seen: readonly Seen[];
  /** Everything that was seen of a fleet, meter by meter; empty on a rig. */
  readonly heard: readonly Seen[];
  /** What the run tallied of a large fleet, by expectation. */
  readonly tallies: ReadonlyMap<string, { readonly seq: number; readonly result: TallyResult }>;
  /** Bench time up to which anybody watched; null when the case never began. */
  readonly watchedUntilNs: number | null;
  /** What the harness itself did wrong in this case. */
  readonly errors: readonly string[];
}

/** The meter of an observation that is of the fleet as a whole. */
const WHOLE_FLEET = 'fleet';

/** Collects the lines of one case. Observations of other meters are left out. */
export function recordOf(planned: PlannedCase, plan: Plan, entries: readonly Entry[]): CaseRecord {
  const own = entries.filter((entry) => 'case' in entry && entry.case === planned.key);
  const opened = markOf(own.find((entry) => entry.kind === 'case-opened'));
  const closed = markOf(own.find((entry) => entry.kind === 'case-closed'));
  const meter = planned.fleet === null ? abilitiesFor(planned, plan).meterSerial : WHOLE_FLEET;
  const heard = own.flatMap(seenIn);
  return {
    planned,
    meter,
    opened,
    closed,
    steps: planned.steps.map((step) => stepRecord(step, own)),
    seen: heard.filter(({ observation }) => observation.meter === meter),
    heard: planned.fleet === null ? [] : heard,
    tallies: new Map(
      own.flatMap((entry) => (entry.kind === 'tally' ? [[entry.expectation, entry] as const] : [])),
    ),
    watchedUntilNs: closed?.atNs ?? own.at(-1)?.atNs ?? null,
    errors: own.flatMap((entry) => (entry.kind === 'harness-error' ? [entry.message] : [])),
  };
}

/** Lines by their case, so that a plan of many cases reads the journal once. */
export function entriesByCase(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const byCase = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (!('case' in entry) || entry.case === null) continue;
    const own = byCase.get(entry.case);
    if (own === undefined) byCase.set(entry.case, [entry]);
    else own.push(entry);
  }
  return byCase;
}

/** Observations of one kind, in the order of the journal. */
export function seenOf<K extends ObservationKind>(record: CaseRecord, kind: K): readonly Seen<K>[] {
  return record.seen.filter((seen) => seen.observation.kind === kind) as unknown as Seen<K>[];
}

/** Observations of one kind that carry a name (readings, event logs, load profiles). */
export function named<K extends 'reading' | 'event-log' | 'load-profile'>(
  record: CaseRecord,
  kind: K,
  name: string,
): readonly Seen<K>[] {
  return seenOf(record, kind).filter(
    (seen) => (seen.observation as { name: string }).name === name,
  );
}

/** The planned step that yields the measurement, log or profile of this name. */
export function stepYielding(record: CaseRecord, name: string): StepRecord | undefined {
  return record.steps.find(({ planned: { action } }) => 'as' in action && action.as === name);
}

function stepRecord(planned: PlannedStep, own: readonly Entry[]): StepRecord {
  let opened: Mark | null = null;
  let closed: StepRecord['closed'] = null;
  for (const entry of own) {
    if (entry.kind === 'step-opened' && entry.step === planned.id) opened = markOf(entry);
    if (entry.kind === 'step-closed' && entry.step === planned.id) closed = entry;
  }
  return { planned, opened, closed };
}

function seenIn(entry: Entry): readonly Seen[] {
  if (entry.kind !== 'observation') return [];
  const { seq, step, observation } = entry;
  // An instant of another clock is not comparable; the line's own time is the bench's.
  const atNs = observation.at.clock === 'bench' ? observation.at.ns : entry.atNs;
  return [{ seq, atNs, step, observation }];
}

function markOf(entry: Entry | undefined): Mark | null {
  return entry === undefined ? null : { seq: entry.seq, atNs: entry.atNs };
}
